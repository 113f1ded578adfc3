using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Config.Tests.Run;

public sealed class ZoneSettingsTests
{
    private const string Square = "polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]";

    [Fact]
    public void Read_EveryKey_Arrives()
    {
        var source = Assert.Single(RunConfig.From(Parse("""
            sources:
              - input: x
                track: bytetrack
                classes: [person, car]
                score: 0.25
                class_scores: { car: 0.5 }
                ignore: [{ polygon: [[0, 0], [10, 0], [0, 10]], anchor: center }]
                zones:
                  - name: yard
                    polygon: [[0.5, 0.5], [1, 0.5], [1, 1]]
                    inertia_s: 0.5
                    min_dwell_s: 1
                    loitering_s: 30
                    classes: person
                    score: 0.75
                    schedule:
                      - { days: [sat, sun] }
                      - { days: mon, from: 22:00, to: 06:30, time_zone: Europe/Berlin }
                  - { name: lawn, polygon: [[0, 0], [1, 0], [1, 1]], units: pixels, mask: 30, inertia: 5 }
                lines:
                  - { name: gate, points: [[0, 0.5], [1, 0.5]], directions: [arrive, leave], hysteresis: 2, anchor: center }
            """)).Sources);
        var yard = new ZoneConfig
        {
            Name = "yard",
            Shape = Shape(Units.Relative, (0.5, 0.5), (1, 0.5), (1, 1)),
            InertiaTime = TimeSpan.FromSeconds(0.5),
            MinDwell = TimeSpan.FromSeconds(1),
            Loitering = TimeSpan.FromSeconds(30),
            Filter = new ObjectFilter { Classes = new(["person"]), Score = 0.75 },
            Schedule = new(
            [
                new ScheduleWindow { Days = new([DayOfWeek.Saturday, DayOfWeek.Sunday]) },
                new ScheduleWindow
                {
                    Days = new([DayOfWeek.Monday]),
                    From = TimeSpan.FromHours(22),
                    To = TimeSpan.FromHours(6.5),
                    TimeZone = "Europe/Berlin",
                },
            ]),
        };
        var lawn = new ZoneConfig
        {
            Name = "lawn",
            Shape = Shape(Units.Pixels, (0, 0), (1, 0), (1, 1)),
            MaskShare = 0.3,
            Inertia = 5,
        };
        var gate = new LineConfig
        {
            Name = "gate",
            Shape = Shape(Units.Relative, (0, 0.5), (1, 0.5)),
            Anchor = Anchor.Center,
            Forward = "arrive",
            Backward = "leave",
            Hysteresis = 0.02,
        };
        Assert.Equal(
            new SourceConfig
            {
                Id = "",
                Input = "x",
                Tracking = new TrackingSection(),
                Filter = new() { Classes = new(["person", "car"]), Score = 0.25, ClassScores = new([new("car", 0.5)]) },
                Ignore = new([new RegionConfig(Shape(Units.Pixels, (0, 0), (10, 0), (0, 10)), Anchor.Center)]),
                Zones = new([yard, lawn]),
                Lines = new([gate]),
            },
            source);
    }

    [Fact]
    public void Read_Zones_EqualThoseOfTheSameTextElsewhere()
    {
        // A reload compares sources: only those that differ are started anew.
        var text = $"- {{ input: x, track: masks, zones: [{{ name: a, {Square}, schedule: [{{ days: mon }}] }}] }}";
        var (one, other) = (RunConfig.From(Parse($"sources:\n{text}")), RunConfig.From(Parse($"\n\nsources:\n{text}")));
        var third = RunConfig.From(Parse($"sources:\n{text}".Replace("mon", "tue", StringComparison.Ordinal)));
        Assert.Equal(one.Sources, other.Sources);
        Assert.NotEqual(one.Sources, third.Sources);
    }

    [Theory]
    [InlineData("zones: { name: a }", "2: sources[0].zones: a mapping is not supported; supported: a list of mappings.")]
    [InlineData("zones: [~]", "2: sources[0].zones[0]: must be a mapping of keys.")]
    [InlineData("zones: [5]", "2: sources[0].zones[0]: must be a mapping of keys.")]
    [InlineData($"zones: [{{ {Square} }}]", "2: sources[0].zones[0].name: is missing.")]
    [InlineData("zones: [{ name: a }]", "2: sources[0].zones[0].polygon: is missing.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, anchr: center }}]",
        "2: sources[0].zones[0].anchr: is not known. Did you mean 'anchor'?")]
    [InlineData(
        "zones: [{ name: a, polygon: [[0, 0], [1, 1]] }]",
        "2: sources[0].zones[0].polygon: [[0, 0], [1, 1]] is not supported; supported: 3 to 100 points [x, y], "
        + "x from the left and y from the top.")]
    [InlineData(
        "zones: [{ name: a, polygon: [[0, 0], [1, 1], [-1, 0]] }]",
        "2: sources[0].zones[0].polygon: [-1, 0] is not supported; supported: 3 to 100 points [x, y], "
        + "x from the left and y from the top.")]
    [InlineData(
        "zones: [{ name: a, polygon: [[0, 0], [1, 1], [0.5, 0.5]] }]",
        "2: sources[0].zones[0].polygon: [[0, 0], [1, 1], [0.5, 0.5]]: has no area: name three corners or more that do not lie "
        + "on one line.")]
    [InlineData(
        "zones: [{ name: a, polygon: [[0, 0], [1, 1], [1, 0], [0, 1]] }]",
        "2: sources[0].zones[0].polygon: [[0, 0], [1, 1], [1, 0], [0, 1]]: its edges cross or touch: name the corners in order "
        + "around the area.")]
    [InlineData(
        "zones: [{ name: a, polygon: [[0, 0], [1, 1], [2, 0]], units: relative }]",
        "2: sources[0].zones[0].polygon: [[0, 0], [1, 1], [2, 0]]: [2, 0] is outside of the picture: relative coordinates go "
        + "from 0 to 1.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, mask: 30, anchor: center }}]",
        "2: sources[0].zones[0].mask: 30: takes the place of anchor 'center': use one of them.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, inertia: 3, inertia_s: 1 }}]",
        "2: sources[0].zones[0].inertia_s: 1: takes the place of inertia 3: use one of them.")]
    [InlineData(
        $"zones: [{{ name: a, {Square} }}, {{ name: a, {Square} }}]",
        "2: sources[0].zones[1].name: 'a': 2 zones of the source have this name; each needs its own.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, class_scores: {{ car: 2 }} }}]",
        "2: sources[0].zones[0].class_scores: 2 is not supported; supported: a mapping of a class to a number from 0 to 1.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, schedule: [{{ days: monday }}] }}]",
        "2: sources[0].zones[0].schedule[0].days: 'monday' is not supported; supported: one or several of sun, mon, tue, wed, "
        + "thu, fri, sat.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, schedule: [{{ from: '25:00' }}] }}]",
        "2: sources[0].zones[0].schedule[0].from: '25:00' is not supported; supported: a time of day from 00:00 to 24:00.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, schedule: [{{ from: '08:00', to: '08:00' }}] }}]",
        "2: sources[0].zones[0].schedule[0].to: '08:00': the hours end when they begin; leave out both for the whole day.")]
    [InlineData(
        $"zones: [{{ name: a, {Square}, schedule: [{{ time_zone: Europe/Berlim }}] }}]",
        "2: sources[0].zones[0].schedule[0].time_zone: 'Europe/Berlim' is not supported; supported: a time zone's name such as "
        + "Europe/Berlin or UTC, if this machine knows it.")]
    [InlineData(
        "lines: [{ name: a, points: [[0, 0], [0, 0]] }]",
        "2: sources[0].lines[0].points: [[0, 0], [0, 0]]: has no length: name two different points.")]
    [InlineData(
        "lines: [{ name: a, points: [[0, 0], [0, 1]], directions: in }]",
        "2: sources[0].lines[0].directions: 'in': name two directions, for example [in, out].")]
    public void Errors_OfOneThing_SayWhereAndWhat(string text, string expected)
    {
        var request = Read($"sources:\n- {{ input: x, track: ocsort, {text} }}");
        var error = Assert.Single(request.Errors.Concat(RunChecks.Errors(request)));
        Assert.Equal($"run.yaml:{expected}", error);
    }

    [Fact]
    public void Errors_ZonesWithoutATracker_SayWhatToAdd()
    {
        var request = Read($"sources:\n- {{ input: x, zones: [{{ name: a, {Square} }}] }}");
        Assert.Equal(
            "run.yaml:2: sources[0].zones: a list of 1: zones need tracked objects: set sources.track (--track) as well.",
            Assert.Single(RunChecks.Errors(request)));
    }

    [Fact]
    public void ClassErrors_UnknownClasses_NameTheNearest()
    {
        var source = Parse($$"""
            sources:
              - input: x
                track: bytetrack
                classes: [person, persn]
                zones: [{ name: a, {{Square}}, class_scores: { cars: 0.5 } }]
            """).Sources[0];
        Assert.Equal(
            [
                "run.yaml:4: sources[0].classes: ['person', 'persn']: the model has no class 'persn'; it has person, car. "
                    + "Did you mean 'person'?",
                "run.yaml:5: sources[0].zones[0].class_scores: a mapping: the model has no class 'cars'; it has person, car. "
                    + "Did you mean 'car'?",
            ],
            ZoneChecks.ClassErrors(source, ["person", "car"]));
    }

    private static ShapeConfig Shape(Units units, params IReadOnlyList<(double X, double Y)> points)
    {
        return new ShapeConfig(new(points.Select(point => new PlanePoint(point.X, point.Y))), units);
    }

    private static RunRequest Read(string text)
    {
        return new RunFile(RunSettings.Table([]), _ => null).Parse(text, "run.yaml");
    }

    private static RunRequest Parse(string text)
    {
        var request = Read(text);
        Assert.Empty(request.Errors.Concat(RunChecks.Errors(request)));
        return request;
    }
}
