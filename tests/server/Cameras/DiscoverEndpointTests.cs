using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Streaming.Server.Cameras;

namespace Streaming.Server.Tests.Cameras;

/// <summary>Finding cameras in the local network: here a stub on this machine.</summary>
public sealed class DiscoverEndpointTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly StubCamera _camera = new();
    private EndpointHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await EndpointHost.StartAsync(new DiscoverEndpoint(new CameraDiscovery(_camera.Address, _time)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _camera.Dispose();
    }

    [Fact]
    public async Task Discover_Camera_IsNamedWithTheAddressThatAnswered()
    {
        var found = await FindAsync(StubCamera.Answer(
            "http://[fe80::1]/onvif/device_service http://10.1.2.3/onvif http://127.0.0.1/onvif/device_service",
            "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Front%20door onvif://www.onvif.org/Profile/S"));
        Assert.Equal(
            """{"devices":[{"name":"Front door","address":"http://127.0.0.1/onvif/device_service","types":"""
            + """["NetworkVideoTransmitter","Device"]}]}""",
            found);
    }

    [Fact]
    public async Task Discover_AsksForCamerasAsOnvifWantsIt()
    {
        var sent = _host.Http.PostAsync("/api/v1/discover", null);
        var question = await _camera.AnswerAsync();
        Assert.Contains("http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action>", question, StringComparison.Ordinal);
        Assert.Contains("<d:Types>dn:NetworkVideoTransmitter</d:Types>", question, StringComparison.Ordinal);
        Assert.Contains("xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"", question, StringComparison.Ordinal);
        using var busy = await _host.Http.PostAsync("/api/v1/discover", null);
        Assert.Equal((HttpStatusCode.TooManyRequests, "3"), (busy.StatusCode, busy.Headers.RetryAfter?.ToString()));
        _time.Advance(CameraDiscovery.Wait);
        Assert.Equal("""{"devices":[]}""", await (await sent).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Discover_HostileAnswers_AreLeftOut()
    {
        var entities = """<!DOCTYPE a [<!ENTITY x "ID"><!ENTITY f SYSTEM "file:///etc/passwd">]>""";
        var good = StubCamera.Answer("http://10.0.0.9/onvif", "onvif://www.onvif.org/name/a%0A%1B%5B31mb");
        var found = await FindAsync(
            "",
            "not xml",
            "<a>",
            StubCamera.Answer("http://10.0.0.1/onvif", relatesTo: "urn:uuid:of-another-question"),
            StubCamera.Answer("javascript:alert(1)"),
            StubCamera.Answer("file:///etc/passwd"),
            StubCamera.Answer("http://user:password@10.0.0.2/onvif"),
            StubCamera.Answer($"http://10.0.0.3/{new string('a', 1000)}"),
            StubCamera.Answer("http://10.0.0.4/onvif").Replace(
                "<SOAP-ENV:Env", $"{entities}<SOAP-ENV:Env", StringComparison.Ordinal),
            StubCamera.Answer("http://10.0.0.5/onvif").Replace(
                "<d:ProbeMatch>", string.Concat(Enumerable.Repeat("<d:ProbeMatch>", 2000)), StringComparison.Ordinal),
            StubCamera.Answer("http://10.0.0.6/onvif").Replace(
                "<d:ProbeMatch>", $"{string.Concat(Enumerable.Repeat("<b/>", 2000))}<d:ProbeMatch>", StringComparison.Ordinal),
            good,
            good);
        Assert.Equal(
            """{"devices":[{"name":"a[31mb","address":"http://10.0.0.9/onvif","types":["NetworkVideoTransmitter","Device"]}]}""",
            found);
    }

    [Fact]
    public async Task Discover_SomebodyInventsCameras_AreNotMoreThanAHundred()
    {
        var found = await FindAsync(
            [.. Enumerable.Range(0, CameraDiscovery.MaxCameras + 20).Select(i => StubCamera.Answer($"http://10.0.1.{i}/onvif"))]);
        using var json = JsonDocument.Parse(found);
        Assert.Equal(CameraDiscovery.MaxCameras, json.RootElement.GetProperty("devices").GetArrayLength());
    }

    private async Task<string> FindAsync(params IReadOnlyList<string> answers)
    {
        var sent = _host.Http.PostAsync("/api/v1/discover", null);
        await _camera.AnswerAsync(answers);
        _time.Advance(CameraDiscovery.Wait);
        return await (await sent).Content.ReadAsStringAsync();
    }
}
