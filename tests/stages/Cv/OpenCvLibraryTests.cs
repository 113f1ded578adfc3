using OpenCvSharp;
using Streaming.Stages.Cv;

namespace Streaming.Stages.Tests.Cv;

public sealed class OpenCvLibraryTests
{
    [Fact]
    public void Trim_PackagedLibrary_NeedsTheCLibrariesOnly()
    {
        using var folder = new TempFolder();
        var copy = OpenCvLibrary.Trim(OpenCvLibrary.Packaged!, folder.Path)!;

        using var before = File.OpenHandle(OpenCvLibrary.Packaged!);
        using var after = File.OpenHandle(copy);
        var needed = ElfDynamic.Read(before)!.Needed.ToArray();
        Assert.Superset(OpenCvLibrary.Unneeded.ToHashSet(), needed.ToHashSet());
        Assert.Equal(needed.Except(OpenCvLibrary.Unneeded), ElfDynamic.Read(after)!.Needed);
        string[] prefixes = ["libc.", "libm.", "libdl.", "librt.", "libpthread.", "libgcc_s.", "libstdc++.", "ld-linux-x86-64."];
        Assert.All(ElfDynamic.Read(after)!.Needed, name => Assert.Contains(prefixes, name.StartsWith));
    }

    [Fact]
    public void Trim_SecondTime_KeepsTheCopyUnlessItIsDamaged()
    {
        using var folder = new TempFolder();
        var copy = OpenCvLibrary.Trim(OpenCvLibrary.Packaged!, folder.Path)!;
        var written = File.GetLastWriteTimeUtc(copy);

        Assert.Equal(copy, OpenCvLibrary.Trim(OpenCvLibrary.Packaged!, folder.Path));
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));

        File.WriteAllText(copy, "torn");
        OpenCvLibrary.Trim(OpenCvLibrary.Packaged!, folder.Path);
        Assert.Equal(new FileInfo(OpenCvLibrary.Packaged!).Length, new FileInfo(copy).Length);
        Assert.Equal([copy], Directory.GetFiles(Path.GetDirectoryName(copy)!));
    }

    [Fact]
    public void Trim_NoElfFile_IsNull()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "text");
        foreach (var content in new[] { "", "short", new string('x', 5000), "\u007fELF\u0002\u0001" + new string('\0', 100) })
        {
            File.WriteAllText(file, content);
            Assert.Null(OpenCvLibrary.Trim(file, folder.Path));
        }
    }

    [Fact]
    public void OpenCv_ThisProcess_HoldsNoWindowLibrary()
    {
        Assert.Null(OpenCv.MissingLibrary);
        using var picture = new Mat(8, 8, MatType.CV_8UC3, Scalar.Red);
        Assert.Equal(8, picture.Rows);

        var mapped = File.ReadLines("/proc/self/maps").Select(line => line.Split('/')[^1]).ToHashSet();
        Assert.Contains("libOpenCvSharpExtern.so", mapped);
        Assert.DoesNotContain(mapped, name => name.StartsWith("libgtk-3.so", StringComparison.Ordinal));
    }
}
