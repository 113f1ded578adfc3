using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Testing;

/// <summary>Reference numbers as tensors.</summary>
public static class Tensors
{
    public static Tensor Of(GoldenFile file, string name)
    {
        using var flat = from_array(file.Read<float>(name));
        return flat.reshape(file.Shape(name));
    }

    public static Box[] Boxes(GoldenFile file, string name)
    {
        return file.Read<Box>(name);
    }

    public static ImageSize Size(GoldenFile file, string name)
    {
        var size = file.Read<long>(name);
        return new ImageSize((int)size[0], (int)size[1]);
    }

    public static int[] Ints(GoldenFile file, string name)
    {
        return [.. file.Read<long>(name).Select(value => (int)value)];
    }

    /// <summary>Copies reference weights into the tensors of the same name.</summary>
    public static void Load(nn.Module module, GoldenFile file, string prefix)
    {
        using var guard = no_grad();
        foreach (var (name, target) in module.state_dict())
        {
            using var source = Of(file, $"{prefix}/{name}");
            Assert.Equal(target.shape, source.shape);
            target.copy_(source);
        }
    }
}
