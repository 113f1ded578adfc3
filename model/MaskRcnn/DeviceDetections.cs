using Streaming.Model.Cuda;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>Detections on the device, and whether they are all that counts.</summary>
/// <param name="Regions">The detections.</param>
/// <param name="Found">(N), int32: how many candidates each image had.</param>
/// <param name="Candidates">How many of them, the best, were looked at.</param>
internal sealed record DeviceDetections(RegionTable Regions, Tensor Found, int Candidates);
