using Streaming.Server.Machine;

namespace Streaming.Server.Tests.Machine;

/// <summary>What /api/v1/system and /api/v1/setup tell, in which form.</summary>
public sealed class SystemEndpointTests
{
    [Fact]
    public async Task SystemAndSetup_AreWrittenInTheContractsNames()
    {
        var system = new SystemReport(
            "1.2.3", "10.0.0", "2.0", null, "1.22.0", 2, 3, ["cpu"], new BatchingReport(1, 1.5, 50, 4, 2, 2),
            [new StageReport("infer", 0.95, 1, true), new StageReport("emit", null, null, false)],
            [new DoctorReport("libtorch", "ok", "2.0")]);
        var setup = new SetupReport([new SetupNeed("No weights.", "fetch them")], null, true);
        await using var host = await EndpointHost.StartAsync(new SystemEndpoint(() => system, _ => Task.FromResult(setup)));
        Assert.Equal(
            """{"version":"1.2.3","dotnet":"10.0.0","libtorch":"2.0","opencv":null,"gstreamer":"1.22.0","processors":2"""
            + ""","memory_bytes":3,"devices":["cpu"],"batching":{"max_size":1,"mean_size":1.5,"max_delay_ms":50"""
            + ""","max_in_flight":4,"max_in_flight_live":2,"workers":2},"stages":["""
            + """{"name":"infer","load":0.95,"queue":1,"limit":true},{"name":"emit","load":null,"queue":null,"limit":false}]"""
            + ""","doctor":[{"name":"libtorch","state":"ok","text":"2.0"}]}""",
            await host.Http.GetStringAsync("/api/v1/system"));
        Assert.Equal(
            """{"needs":[{"what":"No weights.","how":"fetch them"}],"run_file":null,"has_model":true}""",
            await host.Http.GetStringAsync("/api/v1/setup"));
    }
}
