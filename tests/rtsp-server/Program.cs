using System.Globalization;
using Streaming.Testing;

// A camera server in a process of its own, so that a test can stop it (SIGSTOP) or kill it, and so that a soak can measure ours alone:
//   test-rtsp-server PORT MOUNT:WIDTHxHEIGHT@RATE…
// Prints its port, and ends when its input does.
using var server = new RtspServer(int.Parse(args[0], CultureInfo.InvariantCulture));
foreach (var mount in args[1..])
{
    var parts = mount.Split(':', 'x', '@');
    server.Add(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture), int.Parse(parts[3], CultureInfo.InvariantCulture));
}

Console.WriteLine(server.Port);
Console.In.ReadToEnd();
