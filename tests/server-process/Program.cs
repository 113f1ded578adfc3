using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Pipeline.Metrics;
using Streaming.Server;
using Streaming.Server.Health;

// The web server in a process of its own, so that a test can choose its folder, environment and limits. Listens on 127.0.0.1,
// prints its address, and ends when its input does.
var endpoint = new IPEndPoint(IPAddress.Loopback, 0);
var health = new PipelineHealth(TimeProvider.System);
await using var server = await WebServer.StartAsync(endpoint, null, new PipelineMetrics().Registry, health, NullLogger.Instance);
Console.WriteLine(server.Address);
Console.In.ReadToEnd();
