using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Streaming.EndToEnd.Tests;

/// <summary>A real Prometheus scrapes a real run; what deploy/ ships is checked against it.</summary>
public sealed partial class PrometheusTests : IDisposable
{
    private static readonly string Deploy = Path.Combine(Golden.RepositoryRoot(), "deploy");
    private readonly TempFolder _folder = new();

    public PrometheusTests()
    {
        Assert.SkipUnless(Programs.Find("promtool") is not null, "Debian's package prometheus is not on this machine");
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Deploy_ConfigurationAndRules_ArePromtoolsDelight()
    {
        string[][] checks =
        [
            ["check", "config", Path.Combine(Deploy, "prometheus.yml")],
            ["check", "rules", Path.Combine(Deploy, "alerts.yml")],
        ];
        foreach (var arguments in checks)
        {
            var start = new ProcessStartInfo("promtool", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var promtool = Process.Start(start)!;
            var output = promtool.StandardOutput.ReadToEndAsync();
            var error = await promtool.StandardError.ReadToEndAsync();
            await promtool.WaitForExitAsync();
            Assert.True(promtool.ExitCode == 0, error + await output);
        }
    }

    [Fact]
    public async Task Dashboard_EveryQueryAndAlert_ReturnsData()
    {
        var (port, prometheusPort) = (Ports.Free(), Ports.Free());
        var runFile = _folder.File("run.yaml");
        var (config, weights) = (Golden.File("tiny.yaml"), Golden.File("tiny.pkl"));
        // One camera that is too fast, one with a cap, one that is not there.
        await File.WriteAllTextAsync(runFile, $$"""
            model: { config: {{config}}, weights: {{weights}}, set: MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.001 }
            output: { folder: out }
            metrics: { listen: "127.0.0.1:{{port}}" }
            sources:
              - { id: fast, input: "synthetic:160x120@200" }
              - { id: capped, input: "synthetic:160x120@20", max_fps: 5 }
              - { id: dead, input: "usb:250" }
            """);
        using var streaming = CommandLine.Start([], "run", runFile);
        var log = streaming.StandardError.ReadToEndAsync();
        using var prometheus = StartPrometheus(port, prometheusPort);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{prometheusPort}") };
            var open = Queries().ToList();
            Assert.InRange(open.Count, 20, 100);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            for (var i = 0; i < 120 && open.Count > 0; i++)
            {
                await timer.WaitForNextTickAsync();
                Assert.False(streaming.HasExited, streaming.HasExited ? await log : "");
                var remaining = new List<string>();
                foreach (var query in open)
                {
                    if (!await HasDataAsync(http, query))
                    {
                        remaining.Add(query);
                    }
                }

                open = remaining;
            }

            Assert.Empty(open);
            await CheckConservationAsync(http);
        }
        finally
        {
            prometheus.Kill();
            streaming.Kill();
        }
    }

    /// <summary>The query that docs/metrics.md gives: nothing is ever unaccounted for.</summary>
    private static async Task CheckConservationAsync(HttpClient http)
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Golden.RepositoryRoot(), "docs", "metrics.md"));
        var query = document.Split("```promql")[1].Split("```")[0];
        var values = (await QueryAsync(http, query))
            .EnumerateArray()
            .Select(item => double.Parse(item.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.InRange(values.Length, 2, 3);
        // A scrape reads one counter after the other while frames go on.
        Assert.All(values, value => Assert.InRange(value, -20, 20));
    }

    private static IEnumerable<string> Queries()
    {
        var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Deploy, "grafana", "streaming.json"))).RootElement;
        var panels = dashboard.GetProperty("panels").EnumerateArray();
        foreach (var target in panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()))
        {
            yield return target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "1m", StringComparison.Ordinal);
        }

        foreach (Match match in Expression().Matches(File.ReadAllText(Path.Combine(Deploy, "alerts.yml"))))
        {
            // An alert is silent when all is well: what it compares must be there.
            yield return Comparison().Replace(match.Groups["expr"].Value, "", 1);
        }
    }

    private static async Task<bool> HasDataAsync(HttpClient http, string query)
    {
        try
        {
            return (await QueryAsync(http, query)).GetArrayLength() > 0;
        }
        catch (HttpRequestException)
        {
            // It is still starting.
            return false;
        }
    }

    private static async Task<JsonElement> QueryAsync(HttpClient http, string query)
    {
        using var response = await http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{query}: {text}");
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result")
            : JsonDocument.Parse("[]").RootElement;
    }

    private Process StartPrometheus(int port, int prometheusPort)
    {
        var config = File.ReadAllText(Path.Combine(Deploy, "prometheus.yml"))
            .Replace("127.0.0.1:9464", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("scrape_interval: 5s", "scrape_interval: 1s", StringComparison.Ordinal)
            .Replace("- alerts.yml", $"- {Path.Combine(Deploy, "alerts.yml")}", StringComparison.Ordinal);
        File.WriteAllText(_folder.File("prometheus.yml"), config);
        var start = new ProcessStartInfo(
            "prometheus",
            [
                $"--config.file={_folder.File("prometheus.yml")}",
                $"--storage.tsdb.path={_folder.File("data")}",
                $"--web.listen-address=127.0.0.1:{prometheusPort}",
                "--log.level=error",
            ]);
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"^\s*expr: (?<expr>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();

    /// <summary>" > 0.9", and what follows it.</summary>
    [GeneratedRegex(@" [<>] [0-9.]+( unless .*)?$")]
    private static partial Regex Comparison();
}
