using System.Globalization;
using Streaming.Testing;

// A camera server in a process of its own, so that a test can stop it (SIGSTOP) or kill it, and a soak can measure ours alone:
//   test-rtsp-server PORT MOUNT:WIDTHxHEIGHT@RATE…
// Prints its port, and ends when its input does.
using var server = new RtspServer(int.Parse(args[0], CultureInfo.InvariantCulture));
foreach (var mount in args[1..])
{
    var parts = mount.Split(':', 'x', '@');
    int[] numbers = [.. parts[1..].Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
    server.Add(parts[0], numbers[0], numbers[1], numbers[2]);
}

Console.WriteLine(server.Port);
Console.In.ReadToEnd();
