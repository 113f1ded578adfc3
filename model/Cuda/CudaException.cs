using System.Runtime.InteropServices;

namespace Streaming.Model.Cuda;

/// <summary>The driver refused something.</summary>
internal sealed class CudaException(string message) : ExternalException(message);
