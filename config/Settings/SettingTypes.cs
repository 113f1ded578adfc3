namespace Streaming.Config.Settings;

/// <summary>What settings may hold.</summary>
internal static class SettingTypes
{
    private const double MaxSeconds = 1e9;

    /// <summary>Yes or no; its flag stands alone.</summary>
    public static SettingType<bool> Switch { get; } = new SwitchType();

    /// <summary>Whole numbers.</summary>
    /// <param name="min">The least one.</param>
    /// <param name="max">The greatest one.</param>
    public static SettingType<int> Whole(int min, int max)
    {
        return new NumberType<int>(true, min, max, number => (int)number, value => value);
    }

    /// <summary>Seeds of random numbers: whole numbers that a double holds.</summary>
    public static SettingType<long> Seed { get; } =
        new NumberType<long>(true, 0, 1L << 53, number => (long)number, value => value);

    /// <summary>Numbers.</summary>
    /// <param name="min">The least one.</param>
    /// <param name="max">The greatest one.</param>
    public static SettingType<double> Number(double min, double max)
    {
        return new NumberType<double>(false, min, max, number => number, value => value);
    }

    /// <summary>Times in seconds.</summary>
    /// <param name="min">The least one.</param>
    /// <param name="max">The greatest one.</param>
    public static SettingType<TimeSpan> Seconds(double min = 0, double max = MaxSeconds)
    {
        return new NumberType<TimeSpan>(false, min, max, TimeSpan.FromSeconds, value => value.TotalSeconds);
    }

    /// <summary>Times in milliseconds.</summary>
    /// <param name="min">The least one.</param>
    /// <param name="max">The greatest one.</param>
    public static SettingType<TimeSpan> Milliseconds(double min, double max)
    {
        return new NumberType<TimeSpan>(false, min, max, TimeSpan.FromMilliseconds, value => value.TotalMilliseconds);
    }

    /// <summary>One of a few words.</summary>
    /// <param name="choices">The words, and what each stands for.</param>
    public static SettingType<T> Choice<T>(params IReadOnlyList<(string Word, T Value)> choices)
        where T : notnull
    {
        return new ChoiceType<T>(choices);
    }

    /// <summary>Any text.</summary>
    /// <param name="placeholder">How help names it.</param>
    public static SettingType<string> Text(string placeholder)
    {
        return new TextType(placeholder, (_, _) => false);
    }

    /// <summary>Texts that pass a check.</summary>
    /// <param name="placeholder">How help names it.</param>
    /// <param name="supported">What may be written, for messages.</param>
    /// <param name="isGood">Whether a text may be written.</param>
    public static SettingType<string> Text(string placeholder, string supported, Func<string, bool> isGood)
    {
        return new TextType(placeholder, (_, _) => false, supported, isGood);
    }

    /// <summary>The path of a file or folder.</summary>
    /// <param name="placeholder">How help names it.</param>
    /// <param name="isOther">Texts that are no paths; null for none.</param>
    public static SettingType<string> PathName(string placeholder, Func<string, bool>? isOther = null)
    {
        return new TextType(placeholder, (text, _) => isOther is null || !isOther(text));
    }

    /// <summary>A path when there is such a file or folder beside the run file, otherwise any text.</summary>
    /// <param name="placeholder">How help names it.</param>
    public static SettingType<string> PathOrText(string placeholder)
    {
        return new TextType(
            placeholder, (text, path) => !text.Contains("://", StringComparison.Ordinal) && Path.Exists(path));
    }

    /// <summary>One or several texts.</summary>
    /// <param name="placeholder">How help names one.</param>
    /// <param name="supported">What may be written, for messages; null for any text.</param>
    /// <param name="isGood">Whether a text may be written; null for any text.</param>
    /// <param name="isAdded">Whether flags add to what a run file says, instead of replacing it.</param>
    public static SettingType<IReadOnlyList<string>> Texts(
        string placeholder, string? supported = null, Func<string, bool>? isGood = null, bool isAdded = false)
    {
        return new TextsType(placeholder, supported ?? "a text or a list of texts", isGood ?? (_ => true), isAdded);
    }

    /// <summary>Points of a picture.</summary>
    /// <param name="least">Least number of points.</param>
    /// <param name="most">Greatest number of points.</param>
    public static SettingType<ValueList<PlanePoint>> Points(int least, int most)
    {
        return new PointsType(least, most);
    }

    /// <summary>Numbers with names.</summary>
    /// <param name="name">What a name stands for, within a sentence: "a class".</param>
    /// <param name="min">The least number.</param>
    /// <param name="max">The greatest number.</param>
    public static SettingType<ValueList<NamedNumber>> NamedNumbers(string name, double min, double max)
    {
        return new NamedNumbersType(name, min, max);
    }

    /// <summary>The name of an output, with fields; null is no output.</summary>
    /// <param name="usual">The name that true stands for.</param>
    public static SettingType<string?> Template(string usual)
    {
        return new TemplateType(usual);
    }
}
