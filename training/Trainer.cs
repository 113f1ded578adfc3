using Streaming.Config.Detectron;
using Streaming.Model;
using Streaming.Model.Layers;
using Streaming.Model.Native;
using Streaming.Model.Networks;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using Streaming.Model.Weights;
using Streaming.Training.Data;
using Streaming.Training.Losses;
using Streaming.Training.Progress;
using Streaming.Training.Solver;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Training;

/// <summary>
/// Trains a network as detectron2's DefaultTrainer does. The same seed, data and machine give the same weights, also across a
/// resumption.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private const long SamplingStream = 2;

    private readonly TrainingConfig _config;
    private readonly TrainingSet _set;
    private readonly TrainerOptions _options;
    private readonly PictureReader _reader;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _time;
    private readonly ModuleScope _modules;
    private readonly INetwork _network;
    private readonly ImageBatcher _batcher;
    private readonly Detector _detector;
    private readonly Sgd _solver;
    private readonly TrainingCheckpoint _checkpoint;
    private readonly SampleLoader _loader;
    private readonly ILossComputer _losses;
    private readonly TrainingCheckpoint.State _start;
    private readonly IReadOnlyCollection<string> _fresh;

    /// <summary>Builds the network and fills it: anew, from a checkpoint, or from where an earlier run stopped.</summary>
    /// <param name="config">How it learns.</param>
    /// <param name="set">From what.</param>
    /// <param name="reader">Decodes pictures; called from several threads.</param>
    /// <param name="options">Folder, weights, device.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="time">The clock, for durations.</param>
    /// <exception cref="ModelLoadException">No libtorch, no such device, or a checkpoint that does not fit.</exception>
    public Trainer(
        TrainingConfig config,
        TrainingSet set,
        PictureReader reader,
        TrainerOptions options,
        ITrainingObserver observer,
        TimeProvider time)
    {
        (_config, _set, _reader, _options, _observer, _time) = (config, set, reader, options, observer, time);
        var architecture = Architectures.Of(config.Model);
        if (architecture.ClassCount != set.Categories.Count)
        {
            throw new ModelLoadException(
                $"MODEL.ROI_HEADS.NUM_CLASSES is {architecture.ClassCount}, the data set has {set.Categories.Count} categories: "
                + $"set it to {set.Categories.Count}.");
        }

        var libtorch = LibTorch.Load();
        var device = Devices.Choose(options.Device.Device, libtorch);
        if (options.Device.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        _checkpoint = new TrainingCheckpoint(options.Folder);
        _modules = new ModuleScope("network");
        _network = architecture.Build(_modules, NetworkTarget.Of(device));
        try
        {
            var seed = config.Seed < 0 ? Random.Shared.Next() : config.Seed;
            Initialisation.Draw(_modules, seed);
            _fresh = options.Resumes || options.Weights is null ? [] : Begin(options.Weights);
            _modules.to(device);
            Freezing.Train(_modules, config.Model.ResNet.FreezeAt);
            _solver = new Sgd(_modules, config.Solver);
            _start = options.Resumes ? Resume() : new TrainingCheckpoint.State(0, seed, set.Count);
        }
        catch
        {
            _solver?.Dispose();
            _network.Dispose();
            _modules.Dispose();
            throw;
        }

        _detector = new Detector(_network, config.Model.Input, device, layers: null);
        _batcher = new ImageBatcher(config.Model.Input, _network.SizeDivisibility, device);
        _losses = LossComputers.For(_network, config);
        ImageSize[] sizes = [.. set.Images.Select(image => image.Image.Size)];
        var sampler = new BatchSampler(sizes, config.Solver.ImagesPerBatch, config.Loader.GroupsByShape, _start.Seed);
        for (var i = 0; i < _start.Iteration; i++)
        {
            sampler.Next();
        }

        var mapper = new DatasetMapper(reader, config.Augmentation, architecture.Outputs.HasFlag(NetworkOutputs.Masks));
        _loader = new SampleLoader(set, sampler, mapper, config.Loader.Workers, _start.Seed);
    }

    /// <summary>Trains to the end, or until it is stopped: then a checkpoint is written to go on from.</summary>
    /// <param name="cancellationToken">Stops after the iteration that runs.</param>
    /// <returns>Whether the end was reached.</returns>
    /// <exception cref="TrainingException">The losses are no longer finite.</exception>
    public bool Run(CancellationToken cancellationToken)
    {
        _observer.OnStart(_start.Iteration, _fresh, _start.Seed);
        var last = _config.Solver.MaxIterations;
        for (var iteration = _start.Iteration; iteration < last; iteration++)
        {
            _observer.OnStep(Step(iteration));
            var (done, isStopped) = (iteration + 1, cancellationToken.IsCancellationRequested);
            if (done == last || isStopped || done % _config.Solver.CheckpointPeriod == 0)
            {
                _observer.OnCheckpoint(
                    _checkpoint.Save(_modules, _solver, _start with { Iteration = done }, done == last, Notes(done)));
            }

            if (isStopped && done < last)
            {
                return false;
            }

            if (done == last || (_config.EvalPeriod > 0 && done % _config.EvalPeriod == 0))
            {
                Evaluate(done, cancellationToken);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _batcher.Dispose();
        _solver.Dispose();
        _network.Dispose();
        _modules.Dispose();
    }

    /// <summary>Whoever uses the weights learns from them what the classes are called.</summary>
    private Dictionary<string, string> Notes(int done)
    {
        return new Dictionary<string, string>
        {
            [WeightsFiles.ClassesNote] = string.Join('\n', _set.Categories.Select(category => category.Name)),
            ["trained"] = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{done} iterations of {_config.Model.Name} on {_set.Count} pictures, seed {_start.Seed}"),
        };
    }

    private IReadOnlySet<string> Begin(WeightsSource weights)
    {
        if (weights.Path is not { } path)
        {
            WeightsLoader.LoadSynthetic(_modules, new SyntheticWeights(weights.Seed!, weights.Table));
            return new HashSet<string>();
        }

        using var checkpoint = CheckpointReader.Open(path);
        return PartialWeights.Load(_modules, checkpoint, path, _options.IsForNewClasses);
    }

    private TrainingCheckpoint.State Resume()
    {
        var state = _checkpoint.Load(_modules, _solver);
        return state.Pictures == _set.Count
            ? state
            : throw new ModelLoadException(
                $"{_options.Folder}: was trained on {state.Pictures} pictures, the data set has {_set.Count}: it is another one. "
                + "Start a new run.");
    }

    private TrainingStep Step(int iteration)
    {
        var started = _time.GetTimestamp();
        var samples = _loader.Next();
        var data = _time.GetElapsedTime(started);
        using var scope = NewDisposeScope();
        using var batch = _batcher.Batch([.. samples.Select(sample => (sample.Pixels, sample.Size))]);
        var subsampler = new RandomSubsampler(SeededRandom.For(_start.Seed, SamplingStream, iteration));
        using var precision = MixedPrecision.Enter(_config.Solver.IsMixedPrecision);
        var losses = _losses.Compute(
            batch, [.. samples.Select(sample => sample.Size)], [.. samples.Select(sample => sample.Truth)], subsampler);
        (string Name, double Value)[] values = [.. losses.All.Select(loss => (loss.Name, (double)loss.Value.item<float>()))];
        if (values.FirstOrDefault(loss => !double.IsFinite(loss.Value)) is { Name: { } name } wrong)
        {
            var pictures = string.Join(", ", samples.Select(sample => sample.Name));
            throw new TrainingException(
                $"Iteration {iteration}: {name} is {wrong.Value}, with {pictures}. "
                + "Lower SOLVER.BASE_LR, lengthen SOLVER.WARMUP_ITERS or clip gradients; the last checkpoint is whole.");
        }

        losses.All.Select(loss => loss.Value).Aggregate(Scalars.Plus).backward();
        var rate = LearningRate.At(_config.Solver, iteration);
        _solver.Step(rate);
        return new TrainingStep(iteration, values, rate, _time.GetElapsedTime(started).TotalSeconds, data.TotalSeconds);
    }

    private void Evaluate(int done, CancellationToken cancellationToken)
    {
        if (_options.Validation is not { } validation)
        {
            return;
        }

        _modules.eval();
        try
        {
            var (boxes, masks) = ModelEvaluation.Run(
                _detector, validation.Dataset, validation.Folder, _reader, cancellationToken);
            _observer.OnEvaluation(new TrainingEvaluation(done, boxes, masks));
        }
        finally
        {
            Freezing.Train(_modules, _config.Model.ResNet.FreezeAt);
        }
    }
}
