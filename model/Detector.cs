using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Model.Cuda;
using Streaming.Model.Heads;
using Streaming.Model.Native;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using Streaming.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model;

/// <summary>A Mask R-CNN or Faster R-CNN of detectron2, ready to use. No tensor leaves it.</summary>
public sealed class Detector : IDetector
{
    private readonly MaskRcnn _network;
    private readonly InputConfig _input;
    private readonly Device _device;
    private readonly Tensor _mean;
    private readonly Tensor? _std;
    private readonly bool _ownsNetwork;
    private readonly DeviceNetwork? _deviceNetwork;
    private int _isDisposed;

    /// <param name="network">On its device, in evaluation mode when it runs.</param>
    /// <param name="input">Sizes and means.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="ownsNetwork">Whether the network goes with the detector.</param>
    /// <param name="deviceNetwork">A faster way through the same network, or null; goes with the detector.</param>
    internal Detector(MaskRcnn network, InputConfig input, Device device, bool ownsNetwork, DeviceNetwork? deviceNetwork = null)
    {
        (_network, _input, _device, _ownsNetwork, _deviceNetwork) = (network, input, device, ownsNetwork, deviceNetwork);
        _mean = PerChannel(input.PixelMean);
        _std = input.PixelStd.All(value => value == 1) ? null : PerChannel(input.PixelStd);
    }

    /// <summary>Where the network runs, for example "cpu" or "cuda:0".</summary>
    public string DeviceName => _device.type == DeviceType.CPU ? "cpu" : $"cuda:{Math.Max(_device.index, 0)}";

    internal MaskRcnn Network => _network;

    internal Device Device => _device;

    /// <summary>Builds the network, fills it with weights and moves it to its device.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="weights">Where the weights come from.</param>
    /// <param name="options">Device and threads.</param>
    /// <param name="logger">Told once when libtorch had to be healed, and what was loaded.</param>
    /// <exception cref="ModelLoadException">No libtorch, no such device, or a checkpoint that cannot be read or does not fit.</exception>
    public static Detector Load(ModelConfig config, WeightsSource weights, DetectorOptions? options = null, ILogger? logger = null)
    {
        options ??= new DetectorOptions();
        logger ??= NullLogger.Instance;
        var libtorch = LibTorch.Load();
        if (libtorch.HealedShim is { } healed)
        {
            ModelLog.Healed(logger, healed);
        }

        // Read the checkpoint's structure before the network is built: most mistakes end here, at once.
        using var checkpoint = weights.Path is null ? null : CheckpointReader.Open(weights.Path);
        var device = ChooseDevice(options.Device, libtorch);
        if (options.Precision == Precision.Fp16 && device.type == DeviceType.CPU)
        {
            throw new ModelLoadException("--precision fp16: float16 is for GPUs; on a CPU take fp32, or bf16 where 'streaming doctor' shows it.");
        }

        if (options.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        var network = new MaskRcnn(config, Kernels.For(device), device);
        DeviceNetwork? deviceNetwork = null;
        try
        {
            Fill(network, weights, checkpoint, logger);
            network.eval();
            foreach (var parameter in network.parameters())
            {
                parameter.requires_grad_(false);
            }

            network.to(device);
            Speed(network, options, device.type == DeviceType.CPU, logger);
            if (device.type == DeviceType.CUDA && !options.IsExact && DeviceNetwork.Supports(config))
            {
                network.FuseOnGpu(device);
                deviceNetwork = TryQueue(network, config, device, libtorch, logger);
            }
        }
        catch
        {
            network.Dispose();
            throw;
        }

        ModelLog.Loaded(logger, config.Name, weights.ToString(), device.type == DeviceType.CPU ? "cpu" : device.ToString());
        return new Detector(network, config.Input, device, ownsNetwork: true, deviceNetwork);
    }

    /// <inheritdoc/>
    public PreprocessedImage Preprocess(ImageView image)
    {
        return ResizeShortestEdge.Preprocess(image, _input, _network.Backbone.SizeDivisibility);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RawDetections> Detect(IReadOnlyList<PreprocessedImage> images)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        try
        {
            return Run(images);
        }
        catch (ExternalException exception)
        {
            var message = exception.Message.Split('\n')[0];
            throw new DetectionException(
                $"The network failed on {images.Count} image(s) of up to {ImageList.PaddedSize(images.Select(image => image.Size), 1)}: {message}",
                exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                    || exception.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase),
                exception);
        }
    }

    /// <summary>The network's input (N, 3, H, W): normalised and padded. The caller owns it.</summary>
    internal Tensor ToBatch(IReadOnlyList<PreprocessedImage> images)
    {
        return ToBatch([.. images.Select(image => (image.Array, image.Size))]);
    }

    /// <summary>The network's input (N, 3, H, W) from rows of B, G, R bytes. The caller owns it.</summary>
    internal Tensor ToBatch(IReadOnlyList<(byte[] Pixels, ImageSize Size)> images)
    {
        using var scope = NewDisposeScope();
        return ImageList.Batch([.. images.Select(Pixels)], _mean, _std, _network.Backbone.SizeDivisibility, _device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _deviceNetwork?.Dispose();
            if (_ownsNetwork)
            {
                _network.Dispose();
            }

            _mean.Dispose();
            _std?.Dispose();
        }
    }

    private RawDetections[] Run(IReadOnlyList<PreprocessedImage> images)
    {
        // Both are thread-local: entered here, on the thread that runs the network.
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        if (_deviceNetwork?.Detect(images) is { } detections)
        {
            return detections;
        }

        using var batch = ToBatch(images);
        var results = _network.Forward(batch, [.. images.Select(image => image.Size)]);
        return [.. results.Zip(images, (result, image) => DetectorPostprocess.Apply(result.Boxes, result.Masks, image.Size, image.OriginalSize))];
    }

    /// <summary>The image's bytes as (3, h, w) in the network's channel order, without a copy.</summary>
    private Tensor Pixels((byte[] Pixels, ImageSize Size) image)
    {
        var (height, width) = (image.Size.Height, image.Size.Width);
        var hwc = frombuffer(image.Pixels, ScalarType.Byte, height * width * 3).reshape(height, width, 3);
        return (_input.IsRgb ? hwc.flip(2) : hwc).permute(2, 0, 1);
    }

    private Tensor PerChannel(IReadOnlyList<double> values)
    {
        using var host = from_array(values.Select(value => (float)value).ToArray());
        using var shaped = host.reshape(3, 1, 1);
        return shaped.to(_device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>The network without waiting for the GPU in between, or null where its kernels do not run: then it goes slower.</summary>
    private static DeviceNetwork? TryQueue(MaskRcnn network, ModelConfig config, Device device, LibTorchInfo libtorch, ILogger logger)
    {
        try
        {
            var launcher = CudaLauncher.Create(Math.Max(device.index, 0), libtorch.Folder);
            try
            {
                KernelCheck.Run(launcher, device);
                network.RoiHeads.BoxHead.Fuse();
                return new DeviceNetwork(network, config, launcher, device);
            }
            catch
            {
                launcher.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is ModelLoadException or ExternalException)
        {
            ModelLog.WithoutKernels(logger, exception.Message.Split('\n')[0]);
            return null;
        }
    }

    private static void Fill(MaskRcnn network, WeightsSource weights, Checkpoint? checkpoint, ILogger logger)
    {
        if (checkpoint is null)
        {
            WeightsLoader.LoadSynthetic(network, new SyntheticWeights(weights.Seed!, weights.Table));
            return;
        }

        try
        {
            var unused = WeightsLoader.Load(network, checkpoint, weights.Path!);
            if (unused.Count > 0)
            {
                ModelLog.UnusedWeights(logger, weights.Path!, unused.Count, WeightsMisfits.Brief(unused));
            }
        }
        catch (Exception exception) when (CheckpointReader.Explain(weights.Path!, exception) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>What makes the network faster once its weights are there.</summary>
    private static void Speed(MaskRcnn network, DetectorOptions options, bool isCpu, ILogger logger)
    {
        if (!options.IsExact)
        {
            network.FoldNorms();
        }

        var type = MixedPrecision.TypeOf(options.Precision);
        if (type != ScalarType.Float32)
        {
            network.Narrow(type);
        }

        if (!options.IsExact && isCpu && FusedOps.Have(type))
        {
            network.Fuse();
            if (options.UsesWinograd)
            {
                network.UseWinograd();
            }
        }
        else if (options.UsesWinograd)
        {
            ModelLog.WithoutWinograd(logger, isCpu ? "this processor or libtorch lacks oneDNN's operations." : "a GPU's library chooses its algorithms by itself.");
        }
    }

    internal static Device ChooseDevice(string name, LibTorchInfo libtorch)
    {
        if (name == "cpu" || (name == "auto" && !libtorch.HasCuda))
        {
            return CPU;
        }

        if (!DeviceNames.IsKnown(name))
        {
            throw new ModelLoadException($"--device {name}: supported: {DeviceNames.Supported}.");
        }

        var index = DeviceNames.GpuIndex(name) ?? 0;
        return index < libtorch.CudaDevices
            ? device(DeviceType.CUDA, index)
            : throw new ModelLoadException(libtorch.HasCuda
                ? $"--device {name}: this machine has {libtorch.CudaDevices} GPU(s), numbered from 0."
                : $"--device {name}: libtorch {libtorch.Version} in {libtorch.Folder} finds no GPU; build with -p:TorchBackend=cuda or set {LibTorch.FolderVariable}, or use --device cpu.");
    }
}
