using Streaming.Config.Detectron;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Networks;

namespace Streaming.Training.Losses;

/// <summary>The losses of each family of networks.</summary>
internal static class LossComputers
{
    /// <summary>Those of a network.</summary>
    /// <param name="network">Learns; built of modules.</param>
    /// <param name="config">How.</param>
    public static ILossComputer For(INetwork network, TrainingConfig config)
    {
        return network switch
        {
            MaskRcnnNetwork maskRcnn => new MaskRcnnLosses(maskRcnn, config),
            _ => throw new NotSupportedException($"{network.GetType().Name} cannot be trained."),
        };
    }
}
