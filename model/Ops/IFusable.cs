namespace Streaming.Model.Ops;

/// <summary>A part of the network that can compute more in one pass, see <see cref="FusedOps"/>.</summary>
internal interface IFusable
{
    /// <summary>Does so from now on. For detecting only: weights have their last type and values, norms are folded.</summary>
    void Fuse();
}
