using System.CommandLine;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Native;

namespace Streaming.Cli.Commands;

/// <summary>The options that say which model to use, the same for every command that needs one.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string> _config = new("--config", "-c")
    {
        Description = $"detectron2 configuration: a YAML file, or a shipped one ({string.Join(", ", ModelZoo.Models.Select(model => model.Name))}).",
        HelpName = "FILE|NAME",
        DefaultValueFactory = _ => ModelZoo.Models[0].Name,
    };

    private readonly Option<string?> _weights = new("--weights", "-w")
    {
        Description = "Checkpoint (.pkl, .pth, .safetensors), or synthetic:SEED for weights by formula, whose detections mean nothing. Default: what 'weights fetch' has downloaded for a shipped configuration, or MODEL.WEIGHTS.",
        HelpName = "FILE|synthetic:SEED",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides a key of the configuration, for example MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.5; may be repeated.",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "Text file with the name of a class on each line. Default: COCO's names for 80 classes, numbers otherwise.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N; may be repeated: several GPUs share the work. auto takes all of them.",
        DefaultValueFactory = _ => ["auto"],
    };

    private readonly Option<int?> _threads = new("--threads") { Description = "Threads of the network on the CPU. Default: all cores." };

    private readonly Option<string?> _precision = new("--precision") { Description = "Type of convolutions and matrix products: fp32 (default), bf16 where the processor or GPU has it ('doctor' tells), or fp16 on GPUs." };

    private readonly Option<bool> _exact = new("--exact") { Description = "Computes detectron2's operations one by one, without shortcuts that change the last digits." };

    private readonly Option<bool> _winograd = new("--winograd") { Description = "Computes 3x3 convolutions in float32 on the CPU by Winograd's algorithm: less time, more memory, rounding errors twice as large." };

    private readonly Option<string?> _libtorch = new("--libtorch")
    {
        Description = $"Folder of an existing libtorch, such as …/site-packages/torch/lib (also {LibTorch.FolderVariable}).",
        HelpName = "DIR",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _precision.AcceptOnlyFromAmong("fp32", "bf16", "fp16");
        foreach (var option in new Option[] { _config, _weights, _set, _classes, _device, _threads, _precision, _exact, _winograd, _libtorch })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the flags say; what they do not say stays as it is.</summary>
    public ModelSection Overlay(ParseResult parsed, ModelSection section)
    {
        return section with
        {
            Config = parsed.IsGiven(_config) ? parsed.GetValue(_config)! : section.Config,
            Weights = parsed.GetValue(_weights) ?? section.Weights,
            Set = [.. section.Set, .. parsed.GetValue(_set)!],
            Classes = parsed.GetValue(_classes) ?? section.Classes,
            Devices = parsed.IsGiven(_device) ? parsed.GetValue(_device)! : section.Devices,
            Threads = parsed.GetValue(_threads) ?? section.Threads,
            Precision = parsed.GetValue(_precision) is { } precision ? Enum.Parse<Precision>(precision, ignoreCase: true) : section.Precision,
            Exact = parsed.GetValue(_exact) || section.Exact,
            Winograd = parsed.GetValue(_winograd) || section.Winograd,
            LibTorch = parsed.GetValue(_libtorch) ?? section.LibTorch,
        };
    }
}
