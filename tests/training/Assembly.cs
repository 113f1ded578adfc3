using System.Runtime.CompilerServices;
using Streaming.Model.Native;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Streaming.Training.Tests;

/// <summary>
/// Loads libtorch before anything touches TorchSharp, whichever test comes first: TorchSharp remembers a failed load for good.
/// </summary>
internal static class Assembly
{
    [ModuleInitializer]
    internal static void LoadLibTorch()
    {
        LibTorch.Load();
    }
}
