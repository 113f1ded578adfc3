namespace Streaming.Server.Access;

/// <summary>The files of a certificate and its key cannot be used.</summary>
/// <param name="message">One sentence: which file, what is wrong, what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
