namespace Streaming.Model.Weights;

/// <summary>The arrays of a checkpoint file by name. Numbers are read from the file when asked for, so it stays open.</summary>
/// <param name="Format">What the file is, for messages: "pickle, protocol 4", "safetensors".</param>
/// <param name="Tensors">The model's arrays, under the names that the file gives them.</param>
/// <param name="Notes">What else the file says that is worth telling, such as its author.</param>
/// <param name="IsCaffe2">The names are Caffe2's (Detectron's first version).</param>
/// <param name="MatchBySuffix">The file asks for matching by the end of names ("matching_heuristics").</param>
/// <param name="Owner">Keeps the file open.</param>
internal sealed record Checkpoint(
    string Format,
    IReadOnlyDictionary<string, CheckpointTensor> Tensors,
    IReadOnlyDictionary<string, string> Notes,
    bool IsCaffe2,
    bool MatchBySuffix,
    IDisposable Owner) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Owner.Dispose();
    }
}
