using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// A float32 3x3 convolution with stride 1 on the CPU, with a quarter of the multiplications: see
/// <see cref="WinogradTransform"/>. Between the transforms stand 36 matrix products, each of tiles times channels, which oneDNN
/// computes as one 1x1 convolution with 36 groups. Rounding errors are twice those of the plain sum, weights four times as large.
/// </summary>
internal sealed unsafe class WinogradConvolution : IConvolution, IDisposable
{
    /// <summary>
    /// Bounds what lies between the transforms. Chunks that the caches hold were no faster, since waking the threads for each of
    /// them cost as much. Blocks of more than 32 MB would be asked of the system each time where malloc gives large ones back.
    /// </summary>
    private const int ChunkBytes = 24 << 20;

    /// <summary>Fewer channels are as fast directly: the transforms then cost more than the products.</summary>
    private const int LeastChannels = 128;

    /// <summary>
    /// Tiles that a thread takes at a time. Chunks are multiples of it, so that few sizes occur: oneDNN prepares for each.
    /// </summary>
    private const int Block = 16;

    private readonly int _channels;
    private readonly int _outputs;
    private readonly int _chunk;
    private readonly Tensor _weights;
    private readonly Tensor _noBiases;
    private readonly float[] _biases;

    /// <param name="weights">(K, C, 3, 3), float32; C and K are multiples of 8. Its owner's, and not needed any more.</param>
    /// <param name="chunkBytes">Size of what is kept between the transforms.</param>
    public WinogradConvolution(ConvolutionWeights weights, int chunkBytes = ChunkBytes)
    {
        using var scope = NewDisposeScope();
        (_outputs, _channels) = (weights.Shape.OutChannels, weights.Shape.InChannels);
        var bytesPerTile = WinogradTransform.Numbers * sizeof(float) * Math.Max(_channels, _outputs);
        _chunk = Math.Max(chunkBytes / bytesPerTile / Block, 1) * Block;
        var kernels = weights.Weight.to(ScalarType.Float64).reshape(-1, 9);
        var matrix = tensor(WinogradTransform.KernelMatrix()).reshape(-1, 9);
        // (36 K, C): the groups one after the other.
        var numbers = matrix.matmul(kernels.t()).to(ScalarType.Float32).reshape(-1, _channels, 1, 1);
        _weights = OneDnnOps.Pack(numbers, WinogradTransform.Numbers).DetachFromDisposeScope();
        _noBiases = zeros(numbers.size(0)).DetachFromDisposeScope();
        _biases = weights.Bias.ToArray<float>();
    }

    /// <summary>Whether a convolution is of this kind, and large enough to gain by it.</summary>
    public static bool Suits(ConvolutionShape shape, ScalarType type)
    {
        return shape is { Stride: 1, Groups: 1, Kernel: 3 } && type == ScalarType.Float32 && OneDnnOps.Have(ScalarType.Float32)
            && Array.TrueForAll(
                [shape.OutChannels, shape.InChannels], channels => channels >= LeastChannels && channels % 8 == 0);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        return Convolve(input, withRelu: false);
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        return Convolve(input, withRelu: true);
    }

    /// <inheritdoc/>
    public Tensor ToOwnType(Tensor tensor)
    {
        return MixedPrecision.Full(tensor);
    }

    /// <inheritdoc/>
    public Tensor ForwardOnto(Tensor sum, Tensor input, bool withRelu)
    {
        var output = Forward(input).PlusInPlace(sum);
        return withRelu ? output.relu_() : output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _noBiases.Dispose();
    }

    private Tensor Convolve(Tensor input, bool withRelu)
    {
        using var scope = NewDisposeScope();
        var x = MixedPrecision.Full(input);
        var nhwc = x.permute(0, 2, 3, 1).contiguous();
        var grid = new Grid((int)x.size(0), (int)x.size(2), (int)x.size(3));
        var output = empty(grid.Images, grid.Height, grid.Width, _outputs);
        if (grid.Tiles > 0)
        {
            Apply((float*)nhwc.Address(), grid, (float*)output.Address(), withRelu);
        }

        var result = output.permute(0, 3, 1, 2);
        NetworkProfile.Count(result, 9 * _channels, x, _weights);
        return result.MoveToOuterDisposeScope();
    }

    private void Apply(float* x, Grid grid, float* y, bool withRelu)
    {
        var chunks = ((grid.Tiles - 1) / _chunk) + 1;
        var size = ((((grid.Tiles - 1) / chunks) + Block) / Block) * Block;
        using var patches = empty(1, 1, size, WinogradTransform.Numbers * _channels);
        using var factors = patches.permute(0, 3, 1, 2);
        var numbers = (float*)patches.Address();
        for (var start = 0; start < grid.Tiles; start += size)
        {
            var first = start;
            var count = Math.Min(size, grid.Tiles - first);
            var blocks = ((count - 1) / Block) + 1;
            Parallel.For(0, blocks, block => Forward(x, grid, first, Part(block, count), numbers));
            using var products = OneDnnOps.Products(factors, _weights, _noBiases, WinogradTransform.Numbers);
            using var rows = products.permute(0, 2, 3, 1);
            var sums = (float*)rows.Address();
            Parallel.For(0, blocks, block => Back(sums, grid, first, Part(block, count), y, withRelu));
        }

        static (int From, int To) Part(int block, int count)
        {
            return (block * Block, Math.Min((block + 1) * Block, count));
        }
    }

    /// <summary>Patches reach over the edge, where all is zero.</summary>
    private void Forward(float* x, Grid grid, int first, (int From, int To) tiles, float* numbers)
    {
        var zeros = stackalloc float[_channels];
        new Span<float>(zeros, _channels).Clear();
        var pixels = stackalloc float*[WinogradTransform.Numbers];
        for (var i = tiles.From; i < tiles.To; i++)
        {
            grid.Point(x, _channels, first + i, WinogradTransform.Patch, -1, zeros, pixels);
            WinogradTransform.Forward(pixels, _channels, numbers + ((nint)i * WinogradTransform.Numbers * _channels));
        }
    }

    /// <summary>Tiles reach over the edge too: what lies there is written and forgotten.</summary>
    private void Back(float* sums, Grid grid, int first, (int From, int To) tiles, float* y, bool withRelu)
    {
        var nowhere = stackalloc float[_outputs];
        var pixels = stackalloc float*[WinogradTransform.Tile * WinogradTransform.Tile];
        fixed (float* biases = _biases)
        {
            for (var i = tiles.From; i < tiles.To; i++)
            {
                grid.Point(y, _outputs, first + i, WinogradTransform.Tile, 0, nowhere, pixels);
                WinogradTransform.Back(
                    sums + ((nint)i * WinogradTransform.Numbers * _outputs), _outputs, biases, withRelu, pixels);
            }
        }
    }

    /// <summary>Images cut into tiles, numbered through.</summary>
    private readonly record struct Grid(int Images, int Height, int Width)
    {
        public int Tiles => Images * Rows * Columns;

        private int Rows => (Height + WinogradTransform.Tile - 1) / WinogradTransform.Tile;

        private int Columns => (Width + WinogradTransform.Tile - 1) / WinogradTransform.Tile;

        /// <summary>Where the pixels of a square are that begins at a tile's corner or before it.</summary>
        public void Point(float* maps, int channels, int tile, int side, int offset, float* outside, float** pixels)
        {
            var (row, column) = Math.DivRem(tile, Columns);
            var (image, tileY) = Math.DivRem(row, Rows);
            var (top, left) = ((tileY * WinogradTransform.Tile) + offset, (column * WinogradTransform.Tile) + offset);
            for (var y = top; y < top + side; y++)
            {
                for (var x = left; x < left + side; x++)
                {
                    var isInside = (uint)y < (uint)Height && (uint)x < (uint)Width;
                    *pixels++ = isInside ? maps + (((((nint)image * Height) + y) * Width) + x) * channels : outside;
                }
            }
        }
    }
}
