using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Ops;

/// <summary>TorchSharp's temporary objects have finalizers: what native code still reads must not be freed under it.</summary>
public sealed class GarbageCollectionTests
{
    [Theory]
    [InlineData(20_000)]
    [InlineData(600_000, Traits = ["Category", "Slow"])]
    public async Task BoxTransform_WhileGarbageIsCollected_AlwaysGivesTheSameNumbers(int rounds)
    {
        using var deltas = from_array(Enumerable.Range(0, 400).Select(i => (i % 17 / 10f) - 0.8f).ToArray()).reshape(100, 4);
        float[] corners = [.. Enumerable.Range(0, 100).SelectMany(i => new float[] { i, i + 1, i + 20, i + 30 })];
        using var boxes = from_array(corners).reshape(100, 4);
        double[] weights = [10, 10, 5, 5];
        float[] expected;
        using (var first = BoxTransform.Apply(deltas, boxes, weights))
        {
            expected = first.data<float>().ToArray();
        }

        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        var wrong = 0;
        var failures = new List<string>();
        for (var i = 0; i < rounds; i++)
        {
            try
            {
                using var scope = NewDisposeScope();
                using var again = BoxTransform.Apply(deltas, boxes, weights);
                wrong += again.data<float>().ToArray().AsSpan().SequenceEqual(expected) ? 0 : 1;
            }
            catch (Exception exception)
            {
                failures.Add(exception.Message.Split('\n')[0]);
            }
        }

        await stop.CancelAsync();
        await collecting;
        var what = string.Join("; ", failures.Distinct());
        Assert.True(wrong == 0 && failures.Count == 0, $"{wrong} wrong, {failures.Count} failed: {what}");
    }
}
