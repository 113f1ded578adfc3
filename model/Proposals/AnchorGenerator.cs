using Streaming.Config.Detectron;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

/// <summary>Anchors of every level, in detectron2's order: row, column, then size and aspect ratio of a cell.</summary>
internal sealed class AnchorGenerator : IDisposable
{
    private readonly AnchorConfig _config;
    private readonly IReadOnlyList<int> _strides;
    private readonly Device _device;
    private readonly Dictionary<(int Level, ImageSize Size), Tensor> _grids = [];

    /// <param name="config">Sizes, ratios and offset.</param>
    /// <param name="strides">The stride of each level in input pixels.</param>
    /// <param name="device">Where the anchors are kept.</param>
    public AnchorGenerator(AnchorConfig config, IReadOnlyList<int> strides, Device device)
    {
        (_config, _strides, _device) = (config, strides, device);
    }

    /// <summary>Anchors in each cell.</summary>
    public static int PerCell(AnchorConfig config)
    {
        return config.Sizes[0].Count * config.AspectRatios[0].Count;
    }

    /// <summary>
    /// The anchors around the origin: for each size, then each ratio, a box of area size² and height / width = ratio.
    /// </summary>
    public static Box[] Cell(IEnumerable<double> sizes, IReadOnlyList<double> ratios)
    {
        return [.. from size in sizes
                   from ratio in ratios
                   let width = Math.Sqrt(size * size / ratio)
                   let height = ratio * width
                   select new Box((float)(-width / 2), (float)(-height / 2), (float)(width / 2), (float)(height / 2))];
    }

    /// <summary>
    /// The anchors (H*W*A, 4) of a level whose feature map has the given size. Kept for later calls: the generator owns them.
    /// </summary>
    public Tensor Grid(int level, ImageSize featureSize)
    {
        if (!_grids.TryGetValue((level, featureSize), out var grid))
        {
            // A stream has one or two shapes; a folder of pictures may have thousands.
            if (_grids.Count >= 64)
            {
                Clear();
            }

            grid = Make(level, featureSize).DetachFromDisposeScope();
            _grids[(level, featureSize)] = grid;
        }

        return grid;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
    }

    private Tensor Make(int level, ImageSize size)
    {
        var cell = Cell(_config.Sizes[level], _config.AspectRatios[level]);
        var stride = _strides[level];
        var offset = (float)(_config.Offset * stride);
        var boxes = new Box[size.Height * size.Width * cell.Length];
        var at = 0;
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                var (shiftX, shiftY) = ((x * stride) + offset, (y * stride) + offset);
                foreach (var anchor in cell)
                {
                    boxes[at++] = new Box(anchor.X0 + shiftX, anchor.Y0 + shiftY, anchor.X1 + shiftX, anchor.Y1 + shiftY);
                }
            }
        }

        return ((ReadOnlySpan<Box>)boxes).ToTensor(_device);
    }

    private void Clear()
    {
        foreach (var grid in _grids.Values)
        {
            grid.Dispose();
        }

        _grids.Clear();
    }
}
