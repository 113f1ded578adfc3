using System.Collections.Concurrent;
using System.Threading.Channels;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Requests;

/// <summary>
/// Pictures that programs send, as one more source of the pipeline: so they share batches with the cameras, and everything that
/// holds for frames holds for them. Safe for any thread.
/// </summary>
/// <param name="pool">Where pictures get their memory.</param>
/// <param name="limit">The largest picture.</param>
/// <param name="capacity">Most pictures that wait or are worked on.</param>
/// <param name="time">The clock.</param>
internal sealed class PictureRequests(PixelPool pool, PixelLimit limit, int capacity, TimeProvider time) : IDisposable
{
    /// <summary>The source's name.</summary>
    public const string SourceId = "requests";

    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>();
    private readonly ConcurrentDictionary<long, Request> _running = new();

    /// <summary>Decoding takes a core each.</summary>
    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);

    private int _free = capacity;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Makes room for pictures; <see cref="Free"/> must follow for each.</summary>
    /// <param name="pictures">How many.</param>
    /// <returns>False when there is none: try again later.</returns>
    public bool TryReserve(int pictures)
    {
        if (Interlocked.Add(ref _free, -pictures) >= 0)
        {
            return true;
        }

        Free(pictures);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Free(int pictures)
    {
        Interlocked.Add(ref _free, pictures);
    }

    /// <summary>What is found in a picture, for which there is room.</summary>
    /// <param name="content">A JPEG, PNG, WebP, BMP or TIFF file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="DecodeException">The picture cannot be decoded, or is too large.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more, or the run ends.</exception>
    public async Task<FrameResult> DetectAsync(byte[] content, string name, CancellationToken cancellationToken)
    {
        await _decoding.WaitAsync(cancellationToken).ConfigureAwait(false);
        PixelBuffer pixels;
        try
        {
            pixels = Decode(content, name);
        }
        finally
        {
            _decoding.Release();
        }

        var request = new Request(pixels, name, cancellationToken);
        if (!_queue.Writer.TryWrite(request))
        {
            pixels.Dispose();
            throw new OperationCanceledException("The run ends.");
        }

        return await request.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The source: its frames are the pictures, in the order in which they came.</summary>
    public IFrameSource Open()
    {
        return new Source(this);
    }

    /// <summary>The output that answers.</summary>
    public Output Answers()
    {
        return new Output("answers", () => new Sink(this));
    }

    /// <summary>The run ends: nobody is answered any more.</summary>
    public void Close()
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var request))
        {
            request.Pixels.Dispose();
            request.Done.TrySetCanceled();
        }

        foreach (var request in _running.Values)
        {
            request.Done.TrySetCanceled();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _decoding.Dispose();
    }

    private PixelBuffer Decode(byte[] content, string name)
    {
        using var picture = Picture.Decode(content, name, limit);
        var pixels = pool.Rent(new ImageSize(picture.Rows, picture.Cols));
        using var target = OpenCv.AsMat(pixels);
        picture.CopyTo(target);
        return pixels;
    }

    /// <summary>A picture and who waits for its result.</summary>
    private sealed record Request(PixelBuffer Pixels, string Name, CancellationToken Cancellation)
    {
        public TaskCompletionSource<FrameResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Source(PictureRequests owner) : IFrameSource
    {
        private long _next;

        public SourceInfo Info { get; } = new(SourceId, SourceId, new ImageSize(1, 1), null, null);

        public Frame? Read(CancellationToken cancellationToken)
        {
            // This is the source's own thread.
            while (owner._queue.Reader.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
            {
                while (owner._queue.Reader.TryRead(out var request))
                {
                    if (request.Cancellation.IsCancellationRequested)
                    {
                        request.Pixels.Dispose();
                        continue;
                    }

                    var index = _next++;
                    owner._running[index] = request;
                    return new Frame(Identify(index, request.Name), request.Pixels);
                }
            }

            return null;
        }

        public void Dispose()
        {
            owner.Close();
        }

        private FrameIdentity Identify(long index, string name)
        {
            return new FrameIdentity(SourceId, 0, index, TimeSpan.Zero, PtsOrigin.Estimated, owner.Now, name);
        }
    }

    private sealed class Sink(PictureRequests owner) : IFrameSink
    {
        public string Target => SourceId;

        public void Write(OutputFrame frame)
        {
            if (owner._running.TryRemove(frame.Result.Identity.Index, out var request))
            {
                request.Done.TrySetResult(frame.Result);
            }
        }

        public void Complete(StreamSummary summary)
        {
            owner.Close();
        }

        public void Dispose()
        {
            owner.Close();
        }
    }
}
