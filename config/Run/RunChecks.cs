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
            .. Http(request.Values),
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
        return Certificate(values, MetricsSettings.Certificate, MetricsSettings.Key)
            .Concat(Listen(values, MetricsSettings.Listen, MetricsSettings.Token));
    }

    /// <summary>What does not fit in what is said about the live page, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public static IEnumerable<string> Http(SettingValues values)
    {
        var errors = Certificate(values, HttpSettings.Certificate, HttpSettings.Key)
            .Concat(Listen(values, HttpSettings.Listen, HttpSettings.Token))
            .ToList();
        var section = HttpSection.From(values);
        if (errors.Count == 0 && section is { Listen: { } listen, Certificate: null, Proxies.Count: 0 }
            && !IPAddress.IsLoopback(ParseListen(listen)!.Address))
        {
            errors.Add(
                $"{values.Full(HttpSettings.Listen)} can be reached from other machines, and the token would be sent to it in "
                + $"clear text: set {HttpSettings.Certificate.Path} and {HttpSettings.Key.Path}, or name the proxy that speaks "
                + $"https for it in {HttpSettings.Proxies.Path}.");
        }

        if (section is { ViewToken: not null, Token: null })
        {
            errors.Add($"{values.Full(HttpSettings.ViewToken)}: set {HttpSettings.Token.Path} as well: without it everybody may "
                + "change everything.");
        }
        else if (section.ViewToken is { } view && view == section.Token)
        {
            errors.Add($"{values.Full(HttpSettings.ViewToken)}: is the same as {HttpSettings.Token.Path}; each needs its own.");
        }

        return errors;
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

    private static IEnumerable<string> Certificate(
        SettingValues values, Setting<string> certificate, Setting<string> key)
    {
        var hasCertificate = values.Find(certificate) is not null;
        if (hasCertificate != values.Find(key) is not null)
        {
            var (given, other) = hasCertificate ? (certificate, key) : (key, certificate);
            yield return $"{values.Full(given)}: a certificate and its key go together: set {other.Path} as well.";
        }
    }

    private static IEnumerable<string> Listen(SettingValues values, Setting<string> listen, Setting<string> token)
    {
        if (values.Find(listen) is not { } text)
        {
            yield break;
        }

        if (ParseListen(text) is not { } endpoint)
        {
            yield return $"{values.Full(listen)}: write HOST:PORT, for example 127.0.0.1:9464.";
        }
        else if (!IPAddress.IsLoopback(endpoint.Address) && string.IsNullOrEmpty(values.Find(token)))
        {
            yield return $"{values.Full(listen)} can be reached from other machines: set {token.Path} "
                + $"(or {token.Variable}) as well, or listen on 127.0.0.1.";
        }
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
