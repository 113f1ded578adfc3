namespace Streaming.Model.Planning;

/// <summary>Which library takes biases, sums and ReLUs along with a convolution.</summary>
internal enum LayerLibrary
{
    /// <summary>None: libtorch's single operations.</summary>
    None,

    /// <summary>oneDNN, on a CPU.</summary>
    OneDnn,

    /// <summary>cuDNN, on a GPU.</summary>
    Cudnn,
}
