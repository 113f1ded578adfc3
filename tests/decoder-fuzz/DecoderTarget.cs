using System.Collections.Concurrent;
using Streaming.Config.Run;
using Streaming.Fuzz;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.DecoderFuzz;

/// <summary>Decodes damaged inputs in decoder processes, and counts what becomes of these.</summary>
public sealed class DecoderTarget : IDisposable
{
    /// <summary>Makes this program a decoder process.</summary>
    public const string Verb = "decoder-process";

    private const int MostFrames = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<DecodeError, int> _errors = new();
    private readonly PixelPool _pool = new();
    private readonly IDisposable _place;

    private DecoderTarget(string name, IReadOnlyList<byte[]> seeds, IDisposable place, Func<byte[], string> put, bool isOrdered)
    {
        _place = place;
        Target = new FuzzTarget(name, seeds, bytes => Read(put(bytes), isOrdered), exception => exception is DecodeException)
        {
            // A decoder that hangs is killed after some seconds; on a busy machine starting one takes seconds too.
            MaxTime = TimeSpan.FromSeconds(50),
        };
    }

    /// <summary>For the fuzzer.</summary>
    public FuzzTarget Target { get; }

    /// <summary>How often each error came.</summary>
    public IReadOnlyDictionary<DecodeError, int> Errors => _errors;

    /// <summary>Videos and pictures as files, decoded by OpenCV.</summary>
    public static DecoderTarget Files()
    {
        var folder = new ScratchFolder();
        var seeds = MediaSeeds.Files(folder.Path);
        return new DecoderTarget(
            "files",
            seeds,
            folder,
            bytes =>
            {
                var path = Path.Combine(folder.Path, $"input{MediaSeeds.ExtensionOf(bytes)}");
                File.WriteAllBytes(path, bytes);
                return path;
            },
            isOrdered: true);
    }

    /// <summary>Videos and pictures over HTTP, decoded by GStreamer.</summary>
    public static DecoderTarget Streams()
    {
        using var folder = new ScratchFolder();
        var server = new OneFileServer();
        return new DecoderTarget("streams", MediaSeeds.Streams(folder.Path), server, server.Put, isOrdered: false);
    }

    /// <summary>How often each error came, in a line.</summary>
    public string Describe()
    {
        return string.Join(", ", _errors.OrderBy(error => error.Key).Select(error => $"{error.Key} {error.Value}"));
    }

    public void Dispose()
    {
        _place.Dispose();
        _pool.Dispose();
    }

    private void Read(string location, bool isOrdered)
    {
        var command = DecoderCommand.Of(typeof(DecoderTarget).Assembly, Verb);
        var config = new SourceConfig { Id = "fuzz", Input = location, OpenTimeout = Patience, ReadTimeout = Patience };
        var context = new SourceContext("fuzz", _pool, TimeProvider.System);
        var patience = Patience * 2;
        try
        {
            using var source = IsolatedSource.Open(
                command, config, context, 0, isOrdered, patience, patience, CancellationToken.None);
            for (var i = 0; i < MostFrames && source.Read(CancellationToken.None) is { } frame; i++)
            {
                frame.Dispose();
            }
        }
        catch (DecodeException exception)
        {
            _errors.AddOrUpdate(exception.Error, 1, (_, count) => count + 1);
            throw;
        }

        if (_pool.Live > 0 || SharedMemory.Live > 0)
        {
            throw new InvalidOperationException($"{_pool.Live} buffers and {SharedMemory.Live} rings are left over");
        }
    }
}
