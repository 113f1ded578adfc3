namespace Streaming.Config.Run;

/// <summary>What a key of the run file holds.</summary>
internal enum KeyKind
{
    Text,
    Bool,
    Integer,
    Number,
    Choice,

    /// <summary>Text, or a list of texts.</summary>
    Texts,

    /// <summary>A template of names; true takes the usual one, false writes none.</summary>
    Template,
}

/// <summary>A key of the run file. The reader and the JSON Schema are both made of these, so that they cannot differ.</summary>
/// <param name="Name">As it stands in the file.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Help">One sentence.</param>
internal sealed record RunKey(string Name, KeyKind Kind, string Help)
{
    /// <summary>Least number.</summary>
    public double Min { get; init; }

    /// <summary>Greatest number.</summary>
    public double Max { get; init; } = 1e9;

    /// <summary>For choices.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; init; }
}

/// <summary>All keys of the run file.</summary>
internal static class RunKeys
{
    public static IReadOnlyList<RunKey> Top { get; } = [new("verbose", KeyKind.Bool, "Log more.")];

    public static IReadOnlyList<RunKey> Model { get; } =
    [
        new("config", KeyKind.Text, "detectron2 configuration: a YAML file, or the name of a shipped one such as mask_rcnn_R_50_FPN_3x."),
        new("weights", KeyKind.Text, "Checkpoint (.pkl, .pth, .safetensors), or synthetic:SEED. Default: what belongs to the configuration."),
        new("set", KeyKind.Texts, "Overrides of the configuration, such as MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.5."),
        new("classes", KeyKind.Text, "Text file with the name of a class on each line."),
        new("devices", KeyKind.Texts, "auto, cpu, cuda or cuda:N; several share the work. Default: auto, all GPUs that there are, else the CPU."),
        new("threads", KeyKind.Integer, "Threads of the network on the CPU. Default: all cores.") { Min = 1, Max = 1024 },
        new("precision", KeyKind.Choice, "Type of convolutions and matrix products: fp32 (default), bf16 where the processor or GPU has it, or fp16 on GPUs.") { Values = ["fp32", "bf16", "fp16"] },
        new("exact", KeyKind.Bool, "Computes detectron2's operations one by one, without shortcuts that change the last digits."),
        new("winograd", KeyKind.Bool, "Computes 3x3 convolutions in float32 on the CPU by Winograd's algorithm: less time, more memory, rounding errors twice as large."),
        new("libtorch", KeyKind.Text, "Folder of an existing libtorch, such as …/site-packages/torch/lib."),
    ];

    public static IReadOnlyList<RunKey> Batching { get; } =
    [
        new("max_size", KeyKind.Integer, "Most frames in a batch. Default: 1 on a CPU, 8 on a GPU.") { Min = 1, Max = 1024 },
        new("max_delay_ms", KeyKind.Number, "How long a frame waits for others while a device has nothing to do, in milliseconds. Default: 50.") { Max = 60_000 },
        new("max_in_flight", KeyKind.Integer, "Frames that a source may have under way; at least max_size. Default: two batches and two; live sources two.") { Min = 1, Max = 4096 },
        new("workers", KeyKind.Integer, "Threads beside the network (resizing, masks). Default: the number of cores.") { Min = 1, Max = 1024 },
    ];

    public static IReadOnlyList<RunKey> Output { get; } =
    [
        new("folder", KeyKind.Text, "Folder of all outputs; made if need be. Default: output."),
        new("jsonl", KeyKind.Template, $"Name of the JSON lines, with {{source}}, {{date}}, {{time}} or {{run}} in it; false writes none. Default: {OutputSection.DefaultJsonLines}."),
        new("video", KeyKind.Template, $"Name of the annotated video (.mp4 or .mkv); true is {OutputSection.DefaultVideo}. Default: none."),
        new("coco", KeyKind.Template, $"Name of the COCO results; true is {OutputSection.DefaultCoco}. Default: none."),
        new("draw_threshold", KeyKind.Number, "Draw detections from this score on. Default: 0.5.") { Max = 1 },
        new("existing", KeyKind.Choice, "When an output exists: refuse (default), overwrite, or resume where it ends.") { Values = ["refuse", "overwrite", "resume"] },
    ];

    public static IReadOnlyList<RunKey> Metrics { get; } =
    [
        new("listen", KeyKind.Text, "HOST:PORT for /metrics, /healthz and /status, for example 127.0.0.1:9464. Default: none."),
        new("token", KeyKind.Text, "Bearer token that readers must show; needed to listen beyond this machine. Better from the environment: ${NAME}."),
    ];

    /// <summary>Keys of a source that "defaults" may hold too.</summary>
    public static IReadOnlyList<RunKey> SourceDefaults { get; } =
    [
        new("user", KeyKind.Text, "User name, for addresses."),
        new("password", KeyKind.Text, "Password, for addresses. Better from the environment: ${NAME}."),
        new("when_full", KeyKind.Choice, "What happens to frames that come too fast. Default: files wait, live sources drop the oldest.") { Values = ["wait", "drop_oldest", "drop_newest"] },
        new("max_fps", KeyKind.Number, "Most frames a second that are processed. Default: all.") { Min = 0.001, Max = 1000 },
        new("start_s", KeyKind.Number, "Files: seconds at which to begin. Default: 0."),
        new("end_s", KeyKind.Number, "Files: seconds at which to end. Default: the file's end."),
        new("stride", KeyKind.Integer, "Files: process every so manieth frame. Default: 1.") { Min = 1, Max = 1_000_000 },
        new("transport", KeyKind.Choice, "RTSP over tcp (default) or udp.") { Values = ["tcp", "udp"] },
        new("trust", KeyKind.Text, "rtsps and https: a PEM file with the camera's own certificate or its authority's; 'any' trusts everybody. Default: the authorities that this machine knows."),
        new("open_timeout_s", KeyKind.Number, "Most seconds from opening to the first frame. Default: 10.") { Min = 0.1, Max = 3600 },
        new("read_timeout_s", KeyKind.Number, "Most seconds from one frame to the next. Default: 10.") { Min = 0.1, Max = 3600 },
    ];

    public static IReadOnlyList<RunKey> Source { get; } =
    [
        new("input", KeyKind.Text, "A video, a picture, a folder of either, an address (rtsp://…), usb:N, or synthetic:1280x720@30.") { IsRequired = true },
        new("id", KeyKind.Text, "Name of the source; outputs and metrics are named after it. Default: made of the input."),
        .. SourceDefaults,
    ];

    /// <summary>The sections that are mappings, with their keys.</summary>
    public static IReadOnlyList<(string Name, string Help, IReadOnlyList<RunKey> Keys)> Sections { get; } =
    [
        ("model", "Which network, and where it runs.", Model),
        ("batching", "How frames flow.", Batching),
        ("output", "What is written.", Output),
        ("metrics", "Who may watch.", Metrics),
        ("defaults", "Settings for all sources that do not say otherwise.", SourceDefaults),
    ];
}
