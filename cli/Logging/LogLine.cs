using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Streaming.Config.Run;

namespace Streaming.Cli.Logging;

/// <summary>An event as a line: whatever its message holds, it is one line.</summary>
internal static class LogLine
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line, without its end.</summary>
    public static string Of(LogEvent logged, LogFormat format)
    {
        return format == LogFormat.Json ? Json(logged) : Text(logged);
    }

    private static string Text(LogEvent logged)
    {
        var time = logged.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        var thrown = logged.Thrown is { } text ? $" ({text})" : "";
        return $"{time} {logged.LevelName} {logged.Category}: {OneLine(logged.Message)}{OneLine(thrown)}";
    }

    private static string OneLine(string text)
    {
        return text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? text : string.Create(text.Length, text, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = text[i] < ' ' ? ' ' : text[i];
            }
        });
    }

    private static string Json(LogEvent logged)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", logged.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("level", logged.LevelName);
            json.WriteString("category", logged.Category);
            if (logged.Source is { } source)
            {
                json.WriteString("source", source);
            }

            json.WriteString("message", logged.Message);
            if (logged.Thrown is { } thrown)
            {
                json.WriteString("exception", thrown);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
