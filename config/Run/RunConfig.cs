namespace Streaming.Config.Run;

/// <summary>Everything that a run is told: what a run file says, and what flags say.</summary>
public sealed record RunConfig
{
    /// <summary>Which network, and where it runs.</summary>
    public ModelSection Model { get; init; } = new();

    /// <summary>How frames flow.</summary>
    public BatchingSection Batching { get; init; } = new();

    /// <summary>What is written.</summary>
    public OutputSection Output { get; init; } = new();

    /// <summary>Who may watch.</summary>
    public MetricsSection Metrics { get; init; } = new();

    /// <summary>What is processed; at least one.</summary>
    public IReadOnlyList<SourceConfig> Sources { get; init; } = [];

    /// <summary>Log more.</summary>
    public bool Verbose { get; init; }
}

/// <summary>Which network, and where it runs.</summary>
public sealed record ModelSection
{
    /// <summary>detectron2's YAML file, or the name of a shipped one.</summary>
    public string Config { get; init; } = "mask_rcnn_R_50_FPN_3x";

    /// <summary>Checkpoint, or "synthetic:SEED"; null takes what belongs to the configuration.</summary>
    public string? Weights { get; init; }

    /// <summary>Overrides of the configuration, "KEY=VALUE".</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>File with a class name on each line; null takes COCO's names or numbers.</summary>
    public string? Classes { get; init; }

    /// <summary>"auto", "cpu", "cuda", "cuda:N"; several share the work.</summary>
    public IReadOnlyList<string> Devices { get; init; } = ["auto"];

    /// <summary>Threads of the network on the CPU; null for all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The type of convolutions and matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>Whether detectron2's operations are computed one by one, without shortcuts that change the last digits.</summary>
    public bool Exact { get; init; }

    /// <summary>Whether 3x3 convolutions in float32 on the CPU are computed by Winograd's algorithm.</summary>
    public bool Winograd { get; init; }

    /// <summary>Folder of an existing libtorch.</summary>
    public string? LibTorch { get; init; }
}

/// <summary>How frames flow.</summary>
public sealed record BatchingSection
{
    /// <summary>Most frames in a batch; null: 1 on a CPU, 8 on a GPU.</summary>
    public int? MaxSize { get; init; }

    /// <summary>How long a frame waits for others while a device has nothing to do.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Frames that a source may have under way; null for two batches and two frames, two for live sources.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>Threads beside the network; null for the number of cores.</summary>
    public int? Workers { get; init; }
}

/// <summary>What happens when an output exists already.</summary>
public enum ExistingOutput
{
    /// <summary>The run does not start.</summary>
    Refuse,

    /// <summary>It is replaced.</summary>
    Overwrite,

    /// <summary>The run goes on where it ends.</summary>
    Resume,
}

/// <summary>What is written. Names are templates, see <see cref="OutputName"/>; null writes no such file.</summary>
public sealed record OutputSection
{
    /// <summary>Where the usual JSON lines go.</summary>
    public const string DefaultJsonLines = "{source}.jsonl";

    /// <summary>Where the usual annotated video goes.</summary>
    public const string DefaultVideo = "{source}-annotated.mp4";

    /// <summary>Where the usual COCO results go.</summary>
    public const string DefaultCoco = "{source}.coco.json";

    /// <summary>The folder of all outputs.</summary>
    public string Folder { get; init; } = "output";

    /// <summary>JSON lines.</summary>
    public string? JsonLines { get; init; } = DefaultJsonLines;

    /// <summary>Annotated video; for pictures a folder of annotated pictures.</summary>
    public string? Video { get; init; }

    /// <summary>COCO results.</summary>
    public string? Coco { get; init; }

    /// <summary>Least score that is drawn, 0 to 1.</summary>
    public double DrawThreshold { get; init; } = 0.5;

    /// <summary>What happens when an output exists already.</summary>
    public ExistingOutput Existing { get; init; }
}

/// <summary>Who may watch.</summary>
public sealed record MetricsSection
{
    /// <summary>"HOST:PORT" for /metrics, /healthz and /status; null for none.</summary>
    public string? Listen { get; init; }

    /// <summary>Bearer token that readers must show; needed to listen beyond this machine.</summary>
    public string? Token { get; init; }

    /// <summary>Without the token.</summary>
    public override string ToString()
    {
        return Listen ?? "";
    }
}
