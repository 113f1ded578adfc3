namespace Streaming.Config.Run;

/// <summary>In which type the network's convolutions and matrix products are computed.</summary>
public enum Precision
{
    /// <summary>float32, as detectron2 does.</summary>
    Fp32,

    /// <summary>bfloat16, with 8 significant bits: faster where the processor has it; scores move by some thousandths.</summary>
    Bf16,

    /// <summary>float16, with 11 significant bits and a range of 65504: for GPUs, those before Ampere among them.</summary>
    Fp16,
}
