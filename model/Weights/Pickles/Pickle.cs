using System.Globalization;
using System.Numerics;
using System.Text;

namespace Streaming.Model.Weights.Pickles;

/// <summary>
/// A restricted reader of Python pickles, protocols 2 to 5 (format: Lib/pickletools.py of CPython). It builds dictionaries,
/// lists, tuples, numbers, text, bytes, numpy arrays and torch storages, and nothing else: a pickle is a program, and this
/// machine has no instruction that could run foreign code. What it does not know it refuses by name.
/// </summary>
internal sealed class Pickle
{
    /// <summary>Far more than a checkpoint has; keeps a file of tiny objects from filling the memory.</summary>
    private const int MaxObjects = 2_000_000;

    private const int MaxShortText = 1 << 12;

    /// <summary>The magic number of torch's old format has ten; nothing else in a checkpoint is longer than eight.</summary>
    private const int MaxNumberBytes = 16;

    private readonly PickleInput _input;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private int _objects;

    private Pickle(PickleInput input)
    {
        _input = input;
    }

    /// <summary>The next pickle of the input.</summary>
    /// <exception cref="InvalidDataException">The pickle is damaged, or asks for something that is refused.</exception>
    public static PickleContent Read(PickleInput input)
    {
        return new Pickle(input).Run();
    }

    /// <summary>Text, or Python 2's text in bytes, as a name.</summary>
    public static string? AsName(object? value)
    {
        return value switch
        {
            string text => text,
            PickleBytes bytes => bytes.AsName(),
            _ => null,
        };
    }

    private PickleContent Run()
    {
        var protocol = 0;
        while (true)
        {
            var opcode = _input.Byte();
            switch (opcode)
            {
                case 0x80:
                    protocol = _input.Byte();
                    if (protocol is < 2 or > 5)
                    {
                        throw Damaged($"protocol {protocol}; supported: 2 to 5");
                    }

                    break;
                case (byte)'.':
                    return new PickleContent(Pop(), protocol, _storages);
                default:
                    Execute(opcode);
                    break;
            }
        }
    }

    private void Execute(byte opcode)
    {
        switch (opcode)
        {
            // Structure of the pickle itself.
            case 0x95: // FRAME
                _input.UInt64();
                break;
            case (byte)'(': // MARK
                _marks.Add(_stack.Count);
                CountObject();
                break;
            case (byte)'0': // POP
                Pop();
                break;
            case (byte)'1': // POP_MARK
                PopToMark();
                break;
            case (byte)'q': // BINPUT
                Memoize(_input.Byte());
                break;
            case (byte)'r': // LONG_BINPUT
                Memoize(_input.UInt32());
                break;
            case 0x94: // MEMOIZE
                Memoize(_memo.Count);
                break;
            case (byte)'h': // BINGET
                Recall(_input.Byte());
                break;
            case (byte)'j': // LONG_BINGET
                Recall(_input.UInt32());
                break;

            // Numbers and constants.
            case (byte)'N':
                Push(null);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'J':
                Push((long)_input.Int32());
                break;
            case (byte)'K':
                Push((long)_input.Byte());
                break;
            case (byte)'M':
                Push((long)_input.UInt16());
                break;
            case (byte)'I': // INT: decimal text, or 00 and 01 for False and True
                PushDecimal(_input.Line());
                break;
            case (byte)'L': // LONG: decimal text with an L
                PushDecimal(_input.Line().TrimEnd('L'));
                break;
            case 0x8a: // LONG1
                PushLong(_input.Byte());
                break;
            case 0x8b: // LONG4
                PushLong(_input.UInt32());
                break;
            case (byte)'G':
                Push(_input.BigEndianDouble());
                break;

            // Text and bytes.
            case 0x8c: // SHORT_BINUNICODE
                PushText(_input.Byte());
                break;
            case (byte)'X': // BINUNICODE
                PushText(_input.UInt32());
                break;
            case 0x8d: // BINUNICODE8
                PushText(_input.UInt64());
                break;
            case (byte)'U' or (byte)'C': // SHORT_BINSTRING (Python 2), SHORT_BINBYTES
                Push(_input.Skip(_input.Byte(), isText: false));
                break;
            case (byte)'T' or (byte)'B': // BINSTRING (Python 2), BINBYTES
                Push(_input.Skip(_input.UInt32(), isText: false));
                break;
            case 0x8e or 0x96: // BINBYTES8, BYTEARRAY8
                Push(_input.Skip(_input.UInt64(), isText: false));
                break;

            // Containers.
            case (byte)']':
                Push(new List<object?>());
                break;
            case (byte)'l':
                Push(PopToMark().ToList());
                break;
            case (byte)'a':
                Append([Pop()]);
                break;
            case (byte)'e':
                Append(PopToMark());
                break;
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                Push(PopToMark());
                break;
            case 0x85:
                Push(PopMany(1));
                break;
            case 0x86:
                Push(PopMany(2));
                break;
            case 0x87:
                Push(PopMany(3));
                break;
            case (byte)'}':
                Push(new PickleDict());
                break;
            case (byte)'d':
                var pairs = PopToMark();
                Push(new PickleDict());
                SetItems(pairs);
                break;
            case (byte)'s':
                SetItems(PopMany(2));
                break;
            case (byte)'u':
                SetItems(PopToMark());
                break;

            // The few Python objects.
            case (byte)'c': // GLOBAL
                var (module, name) = (_input.Line(), _input.Line());
                Push(PickleGlobals.Find(module, name));
                break;
            case 0x93: // STACK_GLOBAL
                var names = PopMany(2);
                Push(PickleGlobals.Find(AsName(names[0]) ?? "?", AsName(names[1]) ?? "?"));
                break;
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                var call = PopMany(2);
                Push(PickleGlobals.Call(
                    call[0] as PickleGlobal ?? throw Damaged("something that is not a known function is called"),
                    call[1] as object?[] ?? throw Damaged("a function is called without a tuple of arguments")));
                break;
            case (byte)'b': // BUILD
                var state = Pop();
                PickleGlobals.Build(Peek(), state);
                break;
            case (byte)'Q': // BINPERSID
                var storage = PickleGlobals.Persistent(Pop());
                _storages.TryAdd(storage.Key, storage);
                Push(storage);
                break;
            default:
                throw Damaged($"the opcode {Describe(opcode)} is not supported");
        }
    }

    private void Push(object? value)
    {
        CountObject();
        _stack.Add(value);
    }

    private void CountObject()
    {
        if (++_objects > MaxObjects)
        {
            throw Damaged($"more than {MaxObjects} objects");
        }
    }

    private object? Peek()
    {
        return _stack.Count > Bottom ? _stack[^1] : throw Damaged("a value is missing");
    }

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    /// <summary>Values below the last mark are out of reach until it is popped.</summary>
    private int Bottom => _marks.Count == 0 ? 0 : _marks[^1];

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Bottom < count)
        {
            throw Damaged("a value is missing");
        }

        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Damaged("a mark is missing");
        }

        var values = PopMany(_stack.Count - Bottom);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private void Memoize(long index)
    {
        CountObject();
        _memo[index] = Peek();
    }

    private void Recall(long index)
    {
        Push(_memo.TryGetValue(index, out var value) ? value : throw Damaged($"nothing is remembered under {index}"));
    }

    private void PushDecimal(string text)
    {
        object value = text switch
        {
            "00" => false,
            "01" => true,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Damaged("a number that is none, or beyond 64 bits"),
        };
        Push(value);
    }

    private void PushLong(uint length)
    {
        if (length > MaxNumberBytes)
        {
            throw Damaged($"a number of {length} bytes; supported: {MaxNumberBytes}");
        }

        var number = new BigInteger(_input.Take((int)length));
        Push(length <= sizeof(long) ? (long)number : number);
    }

    /// <summary>Short text becomes a string; long text can only be an array's bytes (protocol 2) and stays in the file.</summary>
    private void PushText(ulong length)
    {
        if (length > MaxShortText)
        {
            Push(_input.Skip(length, isText: true));
        }
        else
        {
            Push(Encoding.UTF8.GetString(_input.Take((int)length)));
        }
    }

    private void Append(object?[] values)
    {
        (Peek() as List<object?> ?? throw Damaged("a list is missing")).AddRange(values);
    }

    private void SetItems(object?[] keysAndValues)
    {
        var dictionary = Peek() as PickleDict ?? throw Damaged("a dictionary is missing");
        if (keysAndValues.Length % 2 != 0)
        {
            throw Damaged("a key without a value");
        }

        for (var i = 0; i < keysAndValues.Length; i += 2)
        {
            dictionary.Items.Add(new(keysAndValues[i], keysAndValues[i + 1]));
        }
    }

    private InvalidDataException Damaged(string what)
    {
        return new InvalidDataException($"in the pickle at byte {_input.Position}: {what}");
    }

    private static string Describe(byte opcode)
    {
        return opcode is > 32 and < 127 ? $"'{(char)opcode}'" : $"0x{opcode:x2}";
    }
}
