namespace Streaming.Stages.Export;

/// <summary>What was asked for cannot be exported: the user has to ask for something else.</summary>
/// <param name="message">One sentence: what, where, what to do.</param>
internal sealed class ExportUseException(string message) : Exception(message);
