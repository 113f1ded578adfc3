// Finds objects in one picture with the library alone: no pipeline, no command.
//   dotnet run --project samples/detect-picture -c Release -- PICTURE [CONFIG [WEIGHTS]]
using Streaming.Config;
using Streaming.Model;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

if (args.Length is < 1 or > 3)
{
    Console.Error.WriteLine("usage: detect-picture PICTURE [CONFIG [WEIGHTS]]");
    return 2;
}

try
{
    // 1. The model: a detectron2 configuration and a checkpoint, as they are.
    var configuration = args.ElementAtOrDefault(1) ?? "mask_rcnn_R_50_FPN_3x";
    var weights = args.ElementAtOrDefault(2) ?? "synthetic:1";
    using var detector = Detector.Load(configuration, weights);

    // 2. The picture.
    using var pool = new PixelPool();
    using var source = FrameSources.BuiltIn.Open(args[0], pool);
    using var frame = source.Read(CancellationToken.None)!;

    // 3. What is in it: boxes, names and masks in the picture's pixels.
    foreach (var detection in detector.Detect(frame.Pixels.View))
    {
        Console.WriteLine($"{detection.Category.Name} {detection.Score:0.00} {detection.Box} {detection.Mask?.Area} pixels");
    }

    return 0;
}
catch (Exception exception) when (exception is ConfigurationException or ModelLoadException or DecodeException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
