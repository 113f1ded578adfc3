using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Cuda;
using Streaming.Model.Layers;
using Streaming.Model.Masks;
using Streaming.Model.Native;
using Streaming.Model.Networks;
using Streaming.Model.Ops;
using Streaming.Model.Planning;
using Streaming.Model.Structures;
using Streaming.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model;

/// <summary>A Mask R-CNN or Faster R-CNN of detectron2, ready to use. No tensor leaves it.</summary>
public sealed class Detector : IDetector
{
    /// <summary>Not 0 once the log has the note about libstdc++: a second device needs no second one.</summary>
    private static int _isHealingTold;

    private readonly INetwork _network;
    private readonly IDisposable? _layers;
    private readonly InputConfig _input;
    private readonly Device _device;
    private int _isDisposed;

    /// <param name="network">On its device, in evaluation mode when it runs.</param>
    /// <param name="input">Sizes and means.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="layers">What goes with the detector, the network first; null leaves both to the caller.</param>
    internal Detector(INetwork network, InputConfig input, Device device, IDisposable? layers)
    {
        (_network, _input, _device, _layers) = (network, input, device, layers);
    }

    /// <summary>Where the network runs, for example "cpu" or "cuda:0".</summary>
    public string DeviceName => _device.type == DeviceType.CPU ? "cpu" : $"cuda:{Math.Max(_device.index, 0)}";

    /// <summary>
    /// The names of its classes, in the model's order: those that the checkpoint holds, otherwise COCO's if the model has as
    /// many, otherwise "class-0", "class-1" and so on.
    /// </summary>
    public IReadOnlyList<Category> Categories { get; private set; } = [];

    internal INetwork Network => _network;

    internal Device Device => _device;

    /// <summary>Builds the network, fills it with weights and moves it to its device.</summary>
    /// <param name="configuration">
    /// A detectron2 configuration (YAML), or the name of a shipped one such as "mask_rcnn_R_50_FPN_3x".
    /// </param>
    /// <param name="weights">A checkpoint, or "synthetic:SEED" for weights without meaning.</param>
    /// <param name="options">Device, threads, precision.</param>
    /// <param name="logger">Told once when libtorch had to be healed, and what was loaded.</param>
    /// <exception cref="Config.ConfigurationException">Every error of the configuration.</exception>
    /// <exception cref="ModelLoadException">
    /// No libtorch, no such device, or a checkpoint that cannot be read or does not fit.
    /// </exception>
    public static Detector Load(
        string configuration, string weights, DetectorOptions? options = null, ILogger? logger = null)
    {
        var config = ModelConfigReader.Read(configuration, options?.Overrides);
        var source = WeightsSource.Parse(weights);
        var detector = Load(config, source, options, logger);
        detector.Categories = ModelCategories.For(config, source);
        return detector;
    }

    /// <summary>Builds the network, fills it with weights and moves it to its device.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="weights">Where the weights come from.</param>
    /// <param name="options">Device, threads, precision.</param>
    /// <param name="logger">Told once when libtorch had to be healed, and what was loaded.</param>
    /// <exception cref="ModelLoadException">
    /// No libtorch, no such device, or a checkpoint that cannot be read or does not fit.
    /// </exception>
    internal static Detector Load(
        ModelConfig config, WeightsSource weights, DetectorOptions? options = null, ILogger? logger = null)
    {
        options ??= new DetectorOptions();
        logger ??= NullLogger.Instance;
        var libtorch = LibTorch.Load();
        if (libtorch.HealedShim is { } healed && Interlocked.Exchange(ref _isHealingTold, 1) == 0)
        {
            ModelLog.Healed(logger, healed);
        }

        // Read the checkpoint's structure before the network is built: most mistakes end here, at once.
        using var checkpoint = weights.Path is null ? null : CheckpointReader.Open(weights.Path);
        var device = Devices.Choose(options.Device, libtorch);
        if (options.Precision == Precision.Fp16 && device.type == DeviceType.CPU)
        {
            throw new ModelLoadException("Precision fp16 is for GPUs: on a CPU take fp32, or bf16 where the processor has it.");
        }

        if (options.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        var plan = InferencePlan.For(options, device);
        if (options.UsesWinograd && !plan.UsesWinograd)
        {
            ModelLog.WithoutWinograd(logger, Reason(options, device));
        }

        var detector = Load(Architectures.Of(config), config.Input, weights, checkpoint, plan, libtorch, logger);
        ModelLog.Loaded(logger, config.Name, weights.ToString(), detector.DeviceName);
        return detector;
    }

    /// <summary>Builds a detector as planned.</summary>
    /// <param name="architecture">What the network is.</param>
    /// <param name="input">Sizes and means.</param>
    /// <param name="modules">With their weights; go with the detector.</param>
    /// <param name="plan">How layers are computed.</param>
    /// <param name="kernels">Of the device; go with the detector.</param>
    internal static Detector Build(
        IArchitecture architecture, InputConfig input, ModuleScope modules, InferencePlan plan, CudaKernels? kernels = null)
    {
        var (network, layers) = InferencePlanner.Build(architecture, modules, plan, NetworkTarget.Of(plan.Device, kernels));
        return new Detector(network, input, plan.Device, layers);
    }

    /// <summary>Modules of an architecture, filled. The caller owns them.</summary>
    internal static ModuleScope LoadModules(
        IArchitecture architecture, WeightsSource weights, Checkpoint? checkpoint, ILogger logger)
    {
        var modules = architecture.Modules();
        try
        {
            if (checkpoint is null)
            {
                WeightsLoader.LoadSynthetic(modules, new SyntheticWeights(weights.Seed!, weights.Table));
            }
            else if (WeightsLoader.Load(modules, checkpoint, weights.Path!) is { Count: > 0 } unused)
            {
                ModelLog.UnusedWeights(logger, weights.Path!, unused.Count, WeightsMisfits.Brief(unused));
            }

            return modules;
        }
        catch (Exception exception)
        {
            modules.Dispose();
            if (checkpoint is not null && CheckpointReader.Explain(weights.Path!, exception) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Finds the objects in one picture. For one thread at a time.</summary>
    /// <param name="image">Rows of B, G, R bytes; read during the call alone.</param>
    /// <returns>Best first, in the picture's pixels; their masks too, if the model has masks.</returns>
    /// <exception cref="DetectionException">The network failed on this picture.</exception>
    public IReadOnlyList<Detection> Detect(ImageView image)
    {
        using var preprocessed = Preprocess(image);
        return new DetectionBuilder(Categories).Build(Detect([preprocessed])[0]);
    }

    PreprocessedImage IDetector.Preprocess(ImageView image)
    {
        return Preprocess(image);
    }

    IReadOnlyList<RawDetections> IDetector.Detect(IReadOnlyList<PreprocessedImage> images)
    {
        return Detect(images);
    }

    /// <inheritdoc cref="IDetector.Preprocess"/>
    internal PreprocessedImage Preprocess(ImageView image)
    {
        return ResizeShortestEdge.Preprocess(image, _input, _network.SizeDivisibility);
    }

    /// <inheritdoc cref="IDetector.Detect"/>
    internal IReadOnlyList<RawDetections> Detect(IReadOnlyList<PreprocessedImage> images)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        try
        {
            // Both are thread-local: entered here, on the thread that runs the network.
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            return _network.Detect(images);
        }
        catch (ExternalException exception)
        {
            var message = exception.Message.Split('\n')[0];
            var largest = ImageList.PaddedSize(images.Select(image => image.Size), 1);
            throw new DetectionException(
                $"The network failed on {images.Count} image(s) of up to {largest}: {message}",
                exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                    || exception.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase),
                exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0 && _layers is not null)
        {
            _network.Dispose();
            _layers.Dispose();
        }
    }

    private static Detector Load(
        IArchitecture architecture,
        InputConfig input,
        WeightsSource weights,
        Checkpoint? checkpoint,
        InferencePlan plan,
        LibTorchInfo libtorch,
        ILogger logger)
    {
        var modules = LoadModules(architecture, weights, checkpoint, logger);
        CudaKernels? kernels = null;
        try
        {
            if (plan is { Library: LayerLibrary.Cudnn } && architecture.SupportsCudaKernels)
            {
                kernels = TryLoadKernels(plan.Device, libtorch, logger);
            }

            return Build(architecture, input, modules, plan, kernels);
        }
        catch
        {
            kernels?.Dispose();
            modules.Dispose();
            throw;
        }
    }

    /// <summary>The kernels with which nothing waits for a GPU, or null where they do not run: then it goes slower.</summary>
    private static CudaKernels? TryLoadKernels(Device device, LibTorchInfo libtorch, ILogger logger)
    {
        try
        {
            var kernels = new CudaKernels(CudaLauncher.Create(Math.Max(device.index, 0), libtorch.Folder), device);
            try
            {
                KernelCheck.Run(kernels);
                return kernels;
            }
            catch
            {
                kernels.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is ModelLoadException or ExternalException)
        {
            ModelLog.WithoutKernels(logger, exception.Message.Split('\n')[0]);
            return null;
        }
    }

    private static string Reason(DetectorOptions options, Device device)
    {
        return options.IsExact ? "an exact network is computed operation by operation."
            : device.type == DeviceType.CPU ? "this processor or libtorch lacks oneDNN's operations."
            : "a GPU's library chooses its algorithms by itself.";
    }
}
