using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Streaming.Model.Native;

namespace Streaming.Model.Weights;

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes so far, what an earlier try had received included.</param>
/// <param name="Total">Bytes in all, or null when the server does not say.</param>
internal readonly record struct FetchProgress(long Received, long? Total);

/// <summary>
/// Downloads checkpoints into the user's cache folder. A download that was cut off goes on where it stopped; a file appears
/// under its name only when it is whole; its SHA-256 is recorded beside it and checked whenever the file is used again.
/// </summary>
internal sealed class WeightsFetcher
{
    private const int MaxTries = 5;

    private readonly HttpClient _http;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly bool _allowsLoopbackHttp;

    /// <summary>Creates a fetcher.</summary>
    /// <param name="http">Sends the requests; its time limit must allow for a long download.</param>
    /// <param name="folder">Where files are kept; the user's cache folder by default.</param>
    /// <param name="time">The clock for pauses between tries.</param>
    /// <param name="allowsLoopbackHttp">For tests: whether a server of this machine may answer unencrypted.</param>
    public WeightsFetcher(
        HttpClient http, string? folder = null, TimeProvider? time = null, bool allowsLoopbackHttp = false)
    {
        (_http, _folder, _time) = (http, folder ?? Path.Combine(CacheFolder.Path, "weights"), time ?? TimeProvider.System);
        _allowsLoopbackHttp = allowsLoopbackHttp;
    }

    /// <summary>Where the file of a path in the model zoo is kept.</summary>
    /// <param name="zooPath">Relative to the zoo's root.</param>
    public string PathOf(string zooPath)
    {
        return Path.Combine([_folder, .. zooPath.Split('/')]);
    }

    /// <summary>Returns the file from the cache, or downloads it first.</summary>
    /// <param name="root">The zoo's address; ends with a slash.</param>
    /// <param name="zooPath">Relative to the root.</param>
    /// <param name="expectedSha256">In hexadecimal, or null to accept what comes and record it.</param>
    /// <param name="progress">Told as bytes come in.</param>
    /// <param name="cancellationToken">Stops; what has come is kept for the next try.</param>
    /// <returns>The file, its SHA-256, and whether it was in the cache.</returns>
    /// <exception cref="ModelLoadException">
    /// The address is not https, the server cannot be reached or lacks the file, or the file is not the expected one.
    /// </exception>
    public async Task<(string Path, string Sha256, bool WasCached)> FetchAsync(
        Uri root, string zooPath, string? expectedSha256, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        if (root.Scheme != Uri.UriSchemeHttps && !(_allowsLoopbackHttp && root.IsLoopback))
        {
            throw new ModelLoadException($"{root}: checkpoints are fetched over https only; give an address with https://.");
        }

        var path = PathOf(zooPath);
        var record = $"{path}.sha256";
        var wasCached = File.Exists(path);
        try
        {
            if (!wasCached)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await DownloadAsync(new Uri(root, zooPath), $"{path}.partial", progress, cancellationToken).ConfigureAwait(false);
            }

            var downloaded = wasCached ? path : $"{path}.partial";
            var actual = await HashAsync(downloaded, cancellationToken).ConfigureAwait(false);
            var recorded = wasCached ? await RecordedAsync(record, cancellationToken).ConfigureAwait(false) : null;
            if (recorded is not null && recorded != actual)
            {
                File.Delete(path);
                throw new ModelLoadException(
                    $"{path}: was damaged: its SHA-256 is {actual} instead of {recorded}; it was deleted, fetch it again.");
            }

            if (expectedSha256 is not null && !expectedSha256.Equals(actual, StringComparison.OrdinalIgnoreCase))
            {
                throw Mismatch(path, downloaded, wasCached, actual, expectedSha256);
            }

            await File.WriteAllTextAsync(record, $"{actual}\n", cancellationToken).ConfigureAwait(false);
            if (!wasCached)
            {
                File.Move(downloaded, path);
            }

            return (path, actual, wasCached);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{path}: cannot be written: {exception.Message}", exception);
        }
    }

    private static async Task<string?> RecordedAsync(string record, CancellationToken cancellationToken)
    {
        return File.Exists(record) ? (await File.ReadAllTextAsync(record, cancellationToken).ConfigureAwait(false)).Trim() : null;
    }

    /// <summary>A file that was there before stays: rather the expected sum is mistyped, or that of another file.</summary>
    private static ModelLoadException Mismatch(string path, string downloaded, bool wasCached, string actual, string expected)
    {
        if (!wasCached)
        {
            File.Delete(downloaded);
        }

        var consequence = wasCached
            ? "the file stays; check the sum, or delete the file to fetch it again."
            : "what was downloaded was thrown away; check the sum and the address.";
        return new ModelLoadException($"{path}: its SHA-256 is {actual} instead of {expected.ToLowerInvariant()}; {consequence}");
    }

    private async Task DownloadAsync(
        Uri address, string partial, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryDownloadAsync(address, partial, progress, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (IsTransient(exception, cancellationToken))
            {
                if (attempt == MaxTries)
                {
                    throw new ModelLoadException(
                        $"{address}: cannot be fetched: {exception.Message} What has come so far is kept; try again later.",
                        exception);
                }

                await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TryDownloadAsync(
        Uri address, string partial, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        var have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
        }

        using var response = await _http
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // What lies there is as long as the file or longer: as long means whole, otherwise it is of another file.
            if (response.Content.Headers.ContentRange?.Length == have)
            {
                return;
            }

            File.Delete(partial);
            throw new HttpRequestException("The file changed on the server.");
        }

        if ((int)response.StatusCode is >= 400 and < 500 and not 408 and not 429)
        {
            throw new ModelLoadException($"{address}: the server answers {(int)response.StatusCode} ({response.ReasonPhrase}).");
        }

        response.EnsureSuccessStatusCode();
        var resumes = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == have;
        have = resumes ? have : 0;
        var total = response.Content.Headers.ContentLength + have;
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var file = new FileStream(partial, resumes ? FileMode.Append : FileMode.Create, FileAccess.Write);
        var buffer = new byte[1 << 17];
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            have += read;
            progress?.Report(new FetchProgress(have, total));
        }

        if (total is { } expected && have < expected)
        {
            throw new HttpRequestException($"The connection ended after {have} of {expected} bytes.");
        }
    }

    private static bool IsTransient(Exception exception, CancellationToken cancellationToken)
    {
        return !cancellationToken.IsCancellationRequested
            && exception is HttpRequestException or HttpIOException or TaskCanceledException or SocketException;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }
}
