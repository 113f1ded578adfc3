namespace Streaming.Training.Data;

/// <summary>Prepares batches ahead, several at a time, and gives them out in order.</summary>
internal sealed class SampleLoader
{
    private const long AugmentationStream = 1;

    private readonly Queue<Task<TrainingSample[]>> _ahead = new();
    private readonly TrainingSet _set;
    private readonly BatchSampler _sampler;
    private readonly DatasetMapper _mapper;
    private readonly int _workers;
    private readonly long _seed;

    /// <param name="set">The pictures.</param>
    /// <param name="sampler">Their order.</param>
    /// <param name="mapper">Makes samples.</param>
    /// <param name="workers">Batches that are prepared at the same time; 0 prepares each when it is wanted.</param>
    /// <param name="seed">Of what chance does to pictures.</param>
    public SampleLoader(TrainingSet set, BatchSampler sampler, DatasetMapper mapper, int workers, long seed)
    {
        (_set, _sampler, _mapper, _workers, _seed) = (set, sampler, mapper, workers, seed);
    }

    /// <summary>The next batch; waits until it is ready.</summary>
    public TrainingSample[] Next()
    {
        if (_workers == 0)
        {
            return Prepare(_sampler.Next());
        }

        while (_ahead.Count <= _workers)
        {
            var batch = _sampler.Next();
            _ahead.Enqueue(Task.Run(() => Prepare(batch)));
        }

        return _ahead.Dequeue().GetAwaiter().GetResult();
    }

    private TrainingSample[] Prepare(IReadOnlyList<(int Image, long Position)> batch)
    {
        return
        [
            .. batch.Select(item =>
                _mapper.Map(_set.Images[item.Image], SeededRandom.For(_seed, AugmentationStream, item.Position))),
        ];
    }
}
