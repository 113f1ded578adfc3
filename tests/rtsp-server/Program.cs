using System.Globalization;
using Streaming.Model.Structures;
using Streaming.Testing;

// Cameras in a process of its own, so that a test can stop it (SIGSTOP) or kill it, and a soak can measure ours alone:
//   test-rtsp-server PORT MOUNT:WIDTHxHEIGHT@RATE[/h265|/mjpeg]… [http] [drip] [redirect]
// The last three are a Motion JPEG camera over HTTP, and servers that drip and that redirect in a circle. Prints the port, then
// the addresses of those three, and ends when its input does.
using var server = new RtspServer(int.Parse(args[0], CultureInfo.InvariantCulture));
foreach (var mount in args[1..].Where(argument => argument.Contains(':', StringComparison.Ordinal)))
{
    var (text, codec) = mount.Split('/') is [var first, var second] ? (first, second) : (mount, "h264");
    var parts = text.Split(':', 'x', '@');
    int[] numbers = [.. parts[1..].Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
    Action<string, int, int, int> add = codec switch
    {
        "h265" => server.AddH265,
        "mjpeg" => server.AddMotionJpeg,
        _ => (name, width, height, rate) => server.Add(name, width, height, rate),
    };
    add(parts[0], numbers[0], numbers[1], numbers[2]);
}

Console.WriteLine(server.Port);
var others = new List<IDisposable>();
if (args.Contains("http"))
{
    using var folder = new TempFolder();
    var picture = File.ReadAllBytes(TestVideos.WriteImage(folder.File("picture.jpg"), new ImageSize(240, 320)));
    Add(new MultipartServer("image/jpeg", picture), camera => camera.Url);
}

if (args.Contains("drip"))
{
    Add(new DripServer(), camera => camera.Url);
}

if (args.Contains("redirect"))
{
    Add(new RedirectServer(), camera => $"rtsp://127.0.0.1:{camera.Port}/x");
}

Console.In.ReadToEnd();
others.ForEach(other => other.Dispose());

void Add<T>(T camera, Func<T, string> address)
    where T : IDisposable
{
    others.Add(camera);
    Console.WriteLine(address(camera));
}
