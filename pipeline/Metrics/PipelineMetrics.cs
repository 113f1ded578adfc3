using System.Reflection;
using Prometheus;

namespace Streaming.Pipeline.Metrics;

/// <summary>
/// All metrics, in Prometheus' conventions: base units, counters end in _total. Labels come from the configuration alone, never
/// from addresses or frames, so that their number is bounded. docs/metrics.md describes them; a test compares the two.
/// </summary>
internal sealed class PipelineMetrics
{
    private const string Prefix = "streaming_";
    private static readonly double[] Seconds = [.001, .002, .005, .01, .02, .033, .05, .066, .1, .15, .2, .3, .5, 1, 2, 5];
    private static readonly double[] LongSeconds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
    private static readonly double[] BatchSizes = [1, 2, 4, 8, 16, 32];

    private readonly MetricFactory _factory;

    /// <param name="registry">Gets the metrics; by default one of their own.</param>
    public PipelineMetrics(CollectorRegistry? registry = null)
    {
        Registry = registry ?? Prometheus.Metrics.NewCustomRegistry();
        _factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        // Memory, CPU and collections of the process.
        DotNetStats.Register(Registry);

        SourceUp = Gauge("source_up", "1 while the source gives frames, otherwise 0.", "source");
        SourceState = Gauge(
            "source_state",
            "1 for the state that the source is in: opening, running, reconnecting, ended or failed.",
            "source",
            "state");
        SourceReconnects = Counter(
            "source_reconnects_total",
            "Times that the source was lost or could not be opened, by the error's code.",
            "source",
            "code");
        SourceLastFrame = Gauge("source_last_frame_timestamp_seconds", "Unix time of the source's last decoded frame.", "source");
        SourceStalls = Counter("source_stalls_total", "Times that the source's decoder hung and was ended.", "source");
        FramesDecoded = Counter("frames_decoded_total", "Frames decoded.", "source");
        FramesEmitted = Counter("frames_emitted_total", "Frames processed and written to every output.", "source");
        FramesDropped = Counter(
            "frames_dropped_total", "Frames dropped on purpose, by where and why.", "source", "stage", "reason");
        FramesGated = Counter("frames_gated_total", "Emitted frames that a gate kept from the network.", "source");
        FrameErrors = Counter("frame_errors_total", "Frames that failed, by where.", "source", "stage");
        FramesInFlight = Gauge("frames_in_flight", "Frames under way: decoded less emitted, dropped and failed.", "source");
        QueueDepth = Gauge("queue_depth", "Frames (for infer: batches) that wait before a stage.", "stage");
        QueueCapacity = Gauge(
            "queue_capacity", "Frames that may be under way at once: the sum of all running sources' credits.", "stage");
        QueueWait = Histogram("queue_wait_seconds", "Time a frame waited before a stage.", Seconds, "stage");
        StageDuration = Histogram(
            "stage_duration_seconds", "Time a stage worked on a frame (for infer: on a batch).", Seconds, "stage");
        EndToEnd = Histogram("e2e_latency_seconds", "From decoded to written, for each frame.", Seconds, "source");
        CaptureLag = Gauge("capture_lag_seconds", "How old the last frame was when it was written.", "source");
        BatchSize = Histogram("batch_size", "Frames in a batch.", BatchSizes);
        BatchFlushes = Counter("batch_flush_total", "Batches by why they went: full, timeout, order or end.", "reason");
        Inferences = Counter("inference_total", "Frames that went through the network.");
        InferenceBatches = Counter("inference_batches_total", "Batches that went through the network.");
        InferenceErrors = Counter("inference_errors_total", "Batches that the network failed on: oom, or other.", "kind");
        Detections = Counter("detections_total", "Objects found.", "source", "category");
        TracksActive = Gauge("tracks_active", "Tracks in the newest frame.", "source", "category");
        TracksStarted = Counter("tracks_started_total", "Tracks by their first confirmed frame.", "source", "category");
        ZoneOccupancy = Gauge("zone_occupancy", "Objects in the zone.", "source", "zone", "category");
        ZoneEntered = Counter("zone_entered_total", "Objects that entered the zone.", "source", "zone", "category");
        ZoneLeft = Counter("zone_left_total", "Objects that left the zone.", "source", "zone", "category");
        ZoneDwell = Histogram(
            "zone_dwell_seconds",
            "How long objects were in the zone that have left it.",
            LongSeconds,
            "source",
            "zone",
            "category");
        LineCrossings = Counter(
            "line_crossings_total", "Objects that crossed the line, by direction.", "source", "line", "direction", "category");
        SinkRecords = Counter("sink_records_total", "Frames written, by kind of output.", "sink");
        SinkErrors = Counter("sink_errors_total", "Outputs that failed, by kind.", "sink");
        SinkDropped = Counter("sink_dropped_total", "Frames that an output lacks, by why.", "sink", "reason");
        SegmentsRemoved = Counter(
            "segments_removed_total", "Segments removed by the user's limits: age, size or free_space.", "sink", "reason");
        EventFilesRemoved = Counter(
            "event_files_removed_total", "Snapshots and clips removed by the user's limits: age, size or free_space.",
            "sink", "reason");
        Stalls = Counter(
            "watchdog_stalls_total", "Times that the network or an output took longer than the watchdog allows.", "stage");
        BuildInfo = Gauge("build_info", "Always 1; the labels tell what runs.", "version", "torch", "device");
    }

    /// <summary>What /metrics serves.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Batches that went through the network so far, and the frames in them.</summary>
    public (double Count, double Frames) Batches => (InferenceBatches.Value, Inferences.Value);

    /// <summary>Where the network runs, as <see cref="Describe"/> was told; null before.</summary>
    public string? Device { get; private set; }

    internal Gauge SourceUp { get; }

    internal Gauge SourceState { get; }

    internal Counter SourceReconnects { get; }

    internal Gauge SourceLastFrame { get; }

    internal Counter SourceStalls { get; }

    internal Counter FramesDecoded { get; }

    internal Counter FramesEmitted { get; }

    internal Counter FramesDropped { get; }

    internal Counter FramesGated { get; }

    internal Counter FrameErrors { get; }

    internal Gauge FramesInFlight { get; }

    internal Gauge QueueDepth { get; }

    internal Gauge QueueCapacity { get; }

    internal Histogram QueueWait { get; }

    internal Histogram StageDuration { get; }

    internal Histogram EndToEnd { get; }

    internal Gauge CaptureLag { get; }

    internal Histogram BatchSize { get; }

    internal Counter BatchFlushes { get; }

    internal Counter Inferences { get; }

    internal Counter InferenceBatches { get; }

    internal Counter InferenceErrors { get; }

    internal Counter Detections { get; }

    internal Gauge TracksActive { get; }

    internal Counter TracksStarted { get; }
    internal Gauge ZoneOccupancy { get; }

    internal Counter ZoneEntered { get; }

    internal Counter ZoneLeft { get; }

    internal Histogram ZoneDwell { get; }

    internal Counter LineCrossings { get; }

    internal Counter SinkRecords { get; }

    internal Counter SinkErrors { get; }

    internal Counter SinkDropped { get; }

    internal Counter SegmentsRemoved { get; }

    internal Counter EventFilesRemoved { get; }

    internal Counter Stalls { get; }

    internal Gauge BuildInfo { get; }

    /// <summary>Sets what <c>build_info</c> shows.</summary>
    /// <param name="torch">libtorch's version; "none" without a network.</param>
    /// <param name="device">Where the network runs.</param>
    public void Describe(string torch, string device)
    {
        var version = typeof(PipelineMetrics).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "";
        BuildInfo.WithLabels(version, torch, device).Set(1);
        Device = device;
    }

    private Counter Counter(string name, string help, params string[] labels)
    {
        return _factory.CreateCounter(Prefix + name, help, labels);
    }

    private Gauge Gauge(string name, string help, params string[] labels)
    {
        return _factory.CreateGauge(Prefix + name, help, labels);
    }

    private Histogram Histogram(string name, string help, double[] buckets, params string[] labels)
    {
        return _factory.CreateHistogram(Prefix + name, help, labels, new HistogramConfiguration { Buckets = buckets });
    }
}
