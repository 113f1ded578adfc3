using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>The settings of an <see cref="ObjectFilter"/>.</summary>
/// <param name="path">The section or list that they stand in.</param>
/// <param name="what">What the filter is for, within a sentence.</param>
internal sealed class FilterSettings(string path, string what)
{
    /// <summary>See <see cref="ObjectFilter.Classes"/>.</summary>
    public Setting<IReadOnlyList<string>> Classes { get; } = new($"{path}.classes", SettingTypes.Texts("CLASS"))
    {
        DefaultText = "all",
        Help = $"Names of the classes that count {what}.",
    };

    /// <summary>See <see cref="ObjectFilter.Score"/>.</summary>
    public Setting<double> Score { get; } = new($"{path}.score", SettingTypes.Number(0, 1))
    {
        Usual = 0,
        Help = $"Least score of an object that counts {what}.",
    };

    /// <summary>See <see cref="ObjectFilter.ClassScores"/>.</summary>
    public Setting<ValueList<NamedNumber>> ClassScores { get; } =
        new($"{path}.class_scores", SettingTypes.NamedNumbers("a class", 0, 1))
        {
            DefaultText = "none",
            Help = "Least scores of single classes, which win over the score of all.",
        };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Setting> All => [Classes, Score, ClassScores];

    /// <summary>The filter that a user described.</summary>
    /// <param name="values">What was said.</param>
    public ObjectFilter Read(SettingValues values)
    {
        return new ObjectFilter
        {
            Classes = new ValueList<string>(values.Find(Classes) ?? []),
            Score = values.Get(Score),
            ClassScores = values.Find(ClassScores) ?? ValueList<NamedNumber>.Empty,
        };
    }

    /// <summary>Names of classes that the model does not know, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    /// <param name="known">The model's classes.</param>
    public IEnumerable<string> Errors(SettingValues values, IReadOnlyList<string> known)
    {
        return Unknown(values, Classes, values.Find(Classes) ?? [], known)
            .Concat(Unknown(values, ClassScores, values.Find(ClassScores)?.Select(item => item.Name) ?? [], known));
    }

    /// <summary>Names of classes that the model does not know, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    /// <param name="setting">Where.</param>
    /// <param name="names">The names.</param>
    /// <param name="known">The model's classes.</param>
    public static IEnumerable<string> Unknown(
        SettingValues values, Setting setting, IEnumerable<string> names, IReadOnlyList<string> known)
    {
        return names.Where(name => !known.Contains(name)).Select(name =>
            $"{values.Full(setting)}: the model has no class '{name}'; it has {Shown(known)}.{NearestName.Hint(name, known)}");
    }

    private static string Shown(IReadOnlyList<string> known)
    {
        const int most = 10;
        return string.Join(", ", known.Take(most)) + (known.Count > most ? $" and {known.Count - most} others" : "");
    }
}
