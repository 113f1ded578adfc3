using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Streaming.Pipeline.Metrics;
using Streaming.Server;
using Streaming.Server.Health;

// The web server in a process of its own, so that a test can choose its folder, environment and limits. Listens on 127.0.0.1,
// prints its address, and ends when its input does. Its commands: "fill" opens files until no more may be opened, "empty"
// closes them; "thrown" prints the number of exceptions so far.
var endpoint = new IPEndPoint(IPAddress.Loopback, 0);
var health = new PipelineHealth(TimeProvider.System);
var thrown = 0L;
AppDomain.CurrentDomain.FirstChanceException += (_, _) => Interlocked.Increment(ref thrown);
await using var server = await WebServer.StartAsync(endpoint, null, new PipelineMetrics().Registry, health, NullLogger.Instance);
var files = new List<SafeFileHandle>();
StartThreads();
Fill();
Empty();
Console.WriteLine(server.Address);
while (Console.ReadLine() is { } command)
{
    Console.WriteLine(command switch
    {
        "fill" => Fill(),
        "empty" => Empty(),
        _ => Interlocked.Read(ref thrown).ToString(CultureInfo.InvariantCulture),
    });
}

// Without a descriptor left the runtime cannot start a thread, and ends the process: those that requests need run before.
static void StartThreads()
{
    const int Threads = 16;
    ThreadPool.SetMinThreads(Threads, Threads);
    using var barrier = new Barrier(Threads + 1);
    for (var i = 0; i < Threads; i++)
    {
        ThreadPool.QueueUserWorkItem(_ => barrier.SignalAndWait());
    }

    barrier.SignalAndWait();
}

string Fill()
{
    try
    {
        while (files.Count < 4096)
        {
            files.Add(File.OpenHandle("/dev/null"));
        }

        return "not full";
    }
    catch (IOException)
    {
        return "full";
    }
}

string Empty()
{
    files.ForEach(file => file.Dispose());
    files.Clear();
    return "empty";
}
