using System.Globalization;
using Microsoft.AspNetCore.Http;
using Streaming.Server.Events.Store;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Server.Events;

/// <summary>Reads which events a request asks for. Names of sources, zones, classes and events may be several.</summary>
internal static class EventQueryReader
{
    private const int MaxText = 200;
    private const int MaxNames = 100;

    private static readonly string[] Kinds = [.. Enum.GetValues<ObjectEventKind>().Select(ObjectEventJson.NameOf)];

    /// <summary>Reads a request.</summary>
    /// <param name="request">Its query.</param>
    /// <param name="errors">Gets everything that is wrong.</param>
    public static EventQuery Read(IQueryCollection request, List<string> errors)
    {
        var text = (string?)request["text"];
        if (text?.Length > MaxText)
        {
            errors.Add($"text: has {text.Length} characters; at most {MaxText} are looked for.");
        }

        var kinds = Names(request, "event", errors);
        errors.AddRange(kinds.Where(kind => !Kinds.Contains(kind))
            .Select(kind => $"event: '{kind}' is not known; there are {string.Join(", ", Kinds)}."));
        return new EventQuery
        {
            From = Time(request, "from", errors),
            To = Time(request, "to", errors),
            Sources = Names(request, "source", errors),
            Places = Names(request, "zone", errors),
            Categories = Names(request, "class", errors),
            Kinds = kinds,
            Text = string.IsNullOrWhiteSpace(text) ? null : text,
            Limit = (int)(Number(request, "limit", 1, EventQuery.MaxLimit, errors) ?? 100),
            Before = Number(request, "before", long.MinValue, long.MaxValue, errors),
        };
    }

    private static string[] Names(IQueryCollection request, string name, List<string> errors)
    {
        string[] names = [.. request[name].OfType<string>().Where(value => value.Length > 0).Distinct()];
        if (names.Length > MaxNames)
        {
            errors.Add($"{name}: stands {names.Length} times; at most {MaxNames} are looked for at once.");
        }

        return names;
    }

    private static DateTimeOffset? Time(IQueryCollection request, string name, List<string> errors)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if ((string?)request[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time))
        {
            return time;
        }

        errors.Add($"{name}: '{text}' is not a time; write it in UTC, as in 2026-01-31T12:00:00Z.");
        return null;
    }

    private static long? Number(IQueryCollection request, string name, long least, long most, List<string> errors)
    {
        if ((string?)request[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        errors.Add(name == "before"
            ? $"before: '{text}' is not the 'next' of an earlier answer; leave it out to begin with the newest event."
            : $"{name}: '{text}' is not a whole number from {least} to {most}.");
        return null;
    }
}
