using Streaming.DecoderProcess;
using Streaming.Stages.Decode;

// A decoder process that breaks on demand.
//   test-decoder              decodes: beside the usual sources, those of FaultySource
//   test-decoder nonsense N   writes bytes at random, another series for each N
if (args is ["nonsense", var seed])
{
    Nonsense.Write(int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

return DecoderChild.Run(new FrameSources([CrashingSource.Kind, FaultySource.Kind, .. SourceKinds.BuiltIn]));
