namespace Streaming.Server.Tests.Events;

/// <summary>Does to an output folder what runs, users, retention and crashes do to it.</summary>
internal sealed class RandomFiles(EventFolder folder, Random random)
{
    private static readonly string[] Kinds = ["object_appeared", "zone_entered", "line_crossed", "occupancy_changed"];
    private int _number;

    /// <summary>Does one thing.</summary>
    /// <returns>What, for messages.</returns>
    public string Change()
    {
        string[] files =
            [.. Directory.EnumerateFiles(folder.Path, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var file = files.Length == 0 ? null : files[random.Next(files.Length)];
        switch (random.Next(12))
        {
            case < 4 when file is not null:
                File.AppendAllText(file, Lines());
                return $"added to {file}";
            case 4 when file is not null:
                File.Delete(file);
                return $"removed {file}";
            case 5 when file is not null:
                File.WriteAllText(file, Lines());
                return $"wrote {file} anew";
            case 6 when file is not null:
                File.WriteAllText($"{folder.Path}/new", Lines());
                File.Move($"{folder.Path}/new", file, overwrite: true);
                return $"replaced {file}";
            case 7 when file is not null:
                var name = $"{Path.GetDirectoryName(file)}/moved{_number++}.events.jsonl";
                File.Move(file, name);
                return $"moved {file} to {name}";
            case 8 when file is not null:
                using (var stream = File.OpenWrite(file))
                {
                    stream.SetLength(random.NextInt64(stream.Length + 1));
                }

                return $"cut off {file}";
            case 9 when file is not null:
                File.AppendAllText(file, Line()[..random.Next(1, 40)]);
                return $"tore a line of {file}";
            default:
                var path = random.Next(3) switch
                {
                    0 => $"cam{_number++}.events.jsonl",
                    1 => $"cam/{20260101 + (_number++ % 3)}/{_number}.part.jsonl",
                    _ => $"cam.events-20260131-{_number++:000000}.jsonl",
                };
                folder.Append(path, random.Next(5) == 0 ? "" : Lines());
                return $"began {path}";
        }
    }

    private string Lines()
    {
        return string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => Line()));
    }

    private string Line()
    {
        var number = _number++;
        // Many at the same time, and not in order.
        var second = random.Next(200);
        return random.Next(8) == 0 && number > 10
            ? EventFolder.Line(
                number, "clip_saved", category: null, atSecond: second,
                more: $",\"clip\":\"clips/yard/{number}.mp4\",\"events\":[\"yard-0-{number - 3}-0\",\"yard-0-{number + 1}-0\"]")
            : EventFolder.Line(
                number, Kinds[number % 4], zone: number % 4 == 1 ? "café" : null, line: number % 4 == 2 ? "gate" : null,
                track: number % 7, atSecond: second);
    }
}
