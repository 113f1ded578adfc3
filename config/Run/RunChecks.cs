using System.Globalization;
using System.Net;

namespace Streaming.Config.Run;

/// <summary>What must fit together in a run, whether a file or flags say it.</summary>
public static class RunChecks
{
    /// <summary>Fields of names that are others in each run.</summary>
    private static readonly string[] Varying = ["{run}", "{date}", "{time}"];

    /// <summary>Everything that does not fit, one sentence each.</summary>
    /// <param name="config">The run.</param>
    public static IEnumerable<string> Errors(RunConfig config)
    {
        foreach (var error in Errors(config.Model))
        {
            yield return error;
        }

        if (config.Batching is { MaxSize: { } size, MaxInFlight: { } flying } && flying < size)
        {
            yield return $"batching.max_in_flight: {flying} is less than max_size {size}: no batch would ever be full.";
        }

        foreach (var (key, template) in new[] { ("jsonl", config.Output.JsonLines), ("video", config.Output.Video), ("coco", config.Output.Coco) })
        {
            if (template is not null && OutputName.Check(template, config.Sources.Count) is { } error)
            {
                yield return $"output.{key}: '{template}': {error}";
            }
        }

        if (config.Output is { Existing: ExistingOutput.Resume, JsonLines: { } lines } && Varying.FirstOrDefault(lines.Contains) is { } varying)
        {
            yield return $"output.jsonl: '{lines}': with {varying} in its name the earlier run's file cannot be found to resume it.";
        }

        if (config.Output.Video is { } video && Path.GetExtension(video).ToLowerInvariant() is not (".mp4" or ".mkv"))
        {
            yield return $"output.video: '{video}': supported: names that end in .mp4 or .mkv.";
        }

        if (config.Metrics.Listen is { } listen)
        {
            if (ParseListen(listen) is not { } endpoint)
            {
                yield return $"metrics.listen: '{listen}': write HOST:PORT, for example 127.0.0.1:9464.";
            }
            else if (!IPAddress.IsLoopback(endpoint.Address) && string.IsNullOrEmpty(config.Metrics.Token))
            {
                yield return $"metrics.listen: '{listen}' can be reached from other machines: set metrics.token as well, or listen on 127.0.0.1.";
            }
        }

        foreach (var source in config.Sources.Where(source => source.End <= source.Start))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{source.Id}: end_s {source.End!.Value.TotalSeconds} is not after start_s {source.Start.TotalSeconds}.");
        }

        foreach (var twice in config.Sources.Where(source => source.Id.Length > 0).GroupBy(source => source.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"{twice.Key}: {twice.Count()} sources have this id; each needs its own.";
        }

        foreach (var source in config.Sources.Where(source => source.Id.Any(c => c == '/' || c == '\\' || char.IsControl(c)) || source.Id is "." or ".."))
        {
            yield return $"sources: the id '{source.Id}' cannot be a file name; use letters, digits, '-', '_' and '.'.";
        }
    }

    /// <summary>What does not fit in the choice of a model, one sentence each.</summary>
    /// <param name="model">The choice.</param>
    public static IEnumerable<string> Errors(ModelSection model)
    {
        foreach (var device in model.Devices.Where(device => !DeviceNames.IsKnown(device)))
        {
            yield return $"model.devices: '{device}': supported: {DeviceNames.Supported}.";
        }

        if (model is { Precision: Precision.Fp16 } && model.Devices.Contains("cpu"))
        {
            yield return "model.precision: float16 is for GPUs; on a CPU take fp32, or bf16 where 'streaming doctor' shows it.";
        }

        if (model is { Winograd: true } and ({ Exact: true } or not { Precision: Precision.Fp32 }))
        {
            yield return "model.winograd: is for precision fp32 without exact; leave it out, or the other.";
        }
    }

    /// <summary>"HOST:PORT" as an end point, or null. The host is an address, "localhost" or "*".</summary>
    /// <param name="listen">What the user wrote.</param>
    public static IPEndPoint? ParseListen(string listen)
    {
        var colon = listen.LastIndexOf(':');
        var host = colon < 0 ? "" : listen[..colon];
        var address = host is "localhost" ? IPAddress.Loopback : host is "*" ? IPAddress.Any : IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null;
        return address is not null && ushort.TryParse(listen.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new IPEndPoint(address, port)
            : null;
    }
}
