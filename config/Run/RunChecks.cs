using System.Globalization;
using System.Net;
using Streaming.Config.Run.Privacy;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>What must fit together in a run, wherever it was said; a single value is checked when it is read.</summary>
internal static class RunChecks
{
    /// <summary>Everything that does not fit, one sentence each.</summary>
    /// <param name="request">What was said.</param>
    public static IEnumerable<string> Errors(RunRequest request)
    {
        // A flag speaks to all sources: it is wrong once.
        return
        [
            .. Model(request.Values),
            .. Batching(request.Values),
            .. Metrics(request.Values),
            .. SegmentSettings.Errors(request.Values),
            .. request.Sources.SelectMany(Source).Distinct(),
            .. Ids(request.Sources),
        ];
    }

    /// <summary>What does not fit in the choice of a model, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public static IEnumerable<string> Model(SettingValues values)
    {
        var precision = values.Get(ModelSettings.Precision);
        if (precision == Precision.Fp16 && values.Get(ModelSettings.Devices).Contains("cpu"))
        {
            yield return $"{values.Full(ModelSettings.Precision)}: float16 is for GPUs; "
                + "on a CPU take fp32, or bf16 where 'streaming doctor' shows it.";
        }

        if (values.Get(ModelSettings.Winograd) && (values.Get(ModelSettings.Exact) || precision != Precision.Fp32))
        {
            Setting other = values.Get(ModelSettings.Exact) ? ModelSettings.Exact : ModelSettings.Precision;
            yield return $"{values.Full(ModelSettings.Winograd)}: is for precision fp32 without exact; "
                + $"leave it out, or {values.Brief(other)}.";
        }
    }

    /// <summary>What does not fit in what is said about metrics, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public static IEnumerable<string> Metrics(SettingValues values)
    {
        var hasCertificate = values.Find(MetricsSettings.Certificate) is not null;
        if (hasCertificate != values.Find(MetricsSettings.Key) is not null)
        {
            var (given, other) = hasCertificate
                ? (MetricsSettings.Certificate, MetricsSettings.Key)
                : (MetricsSettings.Key, MetricsSettings.Certificate);
            yield return $"{values.Full(given)}: a certificate and its key go together: set {other.Path} as well.";
        }

        if (values.Find(MetricsSettings.Listen) is not { } listen)
        {
            yield break;
        }

        var name = values.Full(MetricsSettings.Listen);
        if (ParseListen(listen) is not { } endpoint)
        {
            yield return $"{name}: write HOST:PORT, for example 127.0.0.1:9464.";
        }
        else if (!IPAddress.IsLoopback(endpoint.Address) && string.IsNullOrEmpty(values.Find(MetricsSettings.Token)))
        {
            yield return $"{name} can be reached from other machines: set {MetricsSettings.Token.Path} "
                + $"(or {MetricsSettings.Token.Variable}) as well, or listen on 127.0.0.1.";
        }
    }

    /// <summary>"HOST:PORT" as an end point, or null. The host is an address, "localhost" or "*".</summary>
    /// <param name="listen">What the user wrote.</param>
    public static IPEndPoint? ParseListen(string listen)
    {
        var colon = listen.LastIndexOf(':');
        var host = colon < 0 ? "" : listen[..colon];
        var address = host is "localhost" ? IPAddress.Loopback
            : host is "*" ? IPAddress.Any
            : IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null;
        return address is not null
            && ushort.TryParse(listen.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? new IPEndPoint(address, port)
                : null;
    }

    private static IEnumerable<string> Batching(SettingValues values)
    {
        if (values.FindValue(BatchingSettings.MaxInFlight) < values.FindValue(BatchingSettings.MaxSize))
        {
            yield return $"{values.Full(BatchingSettings.MaxInFlight)} is less than {values.Brief(BatchingSettings.MaxSize)}: "
                + "no batch would ever be full.";
        }
    }

    private static IEnumerable<string> Source(SettingValues source)
    {
        if (source.FindValue(SourceSettings.End) <= source.Get(SourceSettings.Start))
        {
            yield return $"{source.Full(SourceSettings.End)} is not after {source.Brief(SourceSettings.Start)}.";
        }

        var id = source.Get(SourceSettings.Id);
        if (id is "." or ".." || id.Any(c => c is '/' or '\\' || char.IsControl(c)))
        {
            yield return $"{source.Full(SourceSettings.Id)}: an id is a file name too; use letters, digits, '-', '_' and '.'.";
        }

        foreach (var list in new[] { ZoneSettings.All, LineSettings.All })
        {
            if (source.Items(list).Count > 0 && source.Get(SourceSettings.Track) == TrackerKind.None)
            {
                yield return $"{source.Full(list)}: {list.Key} need tracked objects: set {SourceSettings.Track.Path} "
                    + "(--track) as well.";
            }
        }

        foreach (var error in ZoneChecks.Errors(source).Concat(PrivacySettings.Errors(source)))
        {
            yield return error;
        }
    }

    private static IEnumerable<string> Ids(IReadOnlyList<SettingValues> sources)
    {
        return sources.Where(source => source.Get(SourceSettings.Id).Length > 0)
            .GroupBy(source => source.Get(SourceSettings.Id), StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group =>
                $"{group.Last().Full(SourceSettings.Id)}: {group.Count()} sources have this id; each needs its own.");
    }
}
