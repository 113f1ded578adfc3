using System.Globalization;
using System.Numerics;
using Streaming.Model.Weights.Pickles;

namespace Streaming.Model.Weights;

/// <summary>
/// torch.save's format before torch 1.6 (torch/serialization.py, _legacy_save): pickles of a magic number, the format's
/// version, the machine, the object and its storages' keys; then the storages, each behind its count of numbers. They are
/// little-endian whatever the machine was.
/// </summary>
internal static class LegacyTorch
{
    private const long Version = 1001;

    private static readonly BigInteger Magic =
        BigInteger.Parse("01950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Whether a file's first pickle is the format's magic number.</summary>
    public static bool IsMagic(object? value)
    {
        return value is BigInteger number && number == Magic;
    }

    /// <summary>Reads what follows the magic number.</summary>
    public static Checkpoint Read(PickleInput input, IDisposable owner)
    {
        if (Pickle.Read(input).Value is not Version)
        {
            throw new InvalidDataException($"torch's old format of an unknown version; supported: {Version}");
        }

        // The machine: its byte order and the sizes of its integers, which say nothing about the storages.
        Pickle.Read(input);
        var content = Pickle.Read(input);
        var keys = Pickle.Read(input).Value as List<object?> ?? throw new InvalidDataException("the list of storages is missing");
        var storages = new Dictionary<string, PickleBytes>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (Pickle.AsName(key) is not { } name || !content.Storages.TryGetValue(name, out var storage))
            {
                throw new InvalidDataException("a storage that no tensor uses");
            }

            if (input.UInt64() != (ulong)storage.Count)
            {
                throw new InvalidDataException($"the storage '{name}' is not as long as announced");
            }

            storages[name] = input.Skip((ulong)storage.Bytes, isText: false);
        }

        return PickleCheckpoint.Read(content.Value, "torch, before 1.6", owner, storage =>
            storages.TryGetValue(storage.Key, out var bytes) && bytes.Length >= storage.Bytes
                ? bytes.Source
                : throw new InvalidDataException($"the storage '{storage.Key}' is missing or shorter than announced"));
    }
}
