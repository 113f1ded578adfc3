using System.Reflection;
using Streaming.Model.Native;
using TorchSharp;
using Xunit.v3;

namespace Streaming.Testing;

/// <summary>
/// Fails a test that leaves a tensor undisposed. Test classes that share the counter must not run in parallel, and a test
/// must not build a network: TorchSharp's counter stays one too high for every Parameter that was ever made.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoLeakedTensorsAttribute : BeforeAfterTestAttribute
{
    private long _before;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        LibTorch.Load();
        _before = SettledCount();
    }

    /// <summary>
    /// The number of live tensors once those that earlier code left to finalizers are gone: they would hide a leak.
    /// </summary>
    public static long SettledCount()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        // A failed test may skip its disposal; its own message matters more.
        if (TestContext.Current.TestState?.Result != TestResult.Failed)
        {
            Assert.Equal(_before, torch.Tensor.TotalCount);
        }
    }
}
