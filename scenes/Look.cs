using OpenCvSharp;

namespace Streaming.Scenes;

/// <summary>What one object looks like: drawn by chance once, the same in every frame.</summary>
/// <param name="Main">Paint or shirt.</param>
/// <param name="Second">Trousers or details.</param>
/// <param name="Skin">Of people; fur of dogs.</param>
/// <param name="Hair">Of people, helmets.</param>
/// <param name="Scale">Relative to the usual size.</param>
/// <param name="Variant">Chooses among forms, 0 to below 1.</param>
internal sealed record Look(Scalar Main, Scalar Second, Scalar Skin, Scalar Hair, float Scale, double Variant)
{
    private static readonly Scalar[] CarPaints =
    [
        Paint.Rgb(200, 30, 35), Paint.Rgb(30, 60, 150), Paint.Rgb(225, 225, 228), Paint.Rgb(35, 36, 40), Paint.Rgb(130, 134, 140),
        Paint.Rgb(25, 95, 60), Paint.Rgb(190, 175, 140), Paint.Rgb(235, 190, 40), Paint.Rgb(90, 25, 40), Paint.Rgb(80, 140, 190),
    ];

    private static readonly Scalar[] BusPaints =
    [
        Paint.Rgb(230, 170, 20), Paint.Rgb(195, 30, 30), Paint.Rgb(40, 110, 70), Paint.Rgb(50, 90, 170),
        Paint.Rgb(235, 235, 235), Paint.Rgb(220, 110, 30),
    ];

    private static readonly Scalar[] Clothes =
    [
        Paint.Rgb(190, 40, 50), Paint.Rgb(40, 70, 140), Paint.Rgb(235, 235, 230), Paint.Rgb(30, 30, 34),
        Paint.Rgb(60, 120, 80), Paint.Rgb(230, 180, 60), Paint.Rgb(120, 80, 140), Paint.Rgb(200, 110, 60),
        Paint.Rgb(110, 150, 190), Paint.Rgb(150, 150, 150), Paint.Rgb(240, 140, 170), Paint.Rgb(90, 70, 50),
    ];

    private static readonly Scalar[] Trousers =
    [
        Paint.Rgb(40, 50, 80), Paint.Rgb(30, 30, 32), Paint.Rgb(110, 95, 75), Paint.Rgb(85, 85, 90), Paint.Rgb(60, 70, 50),
        Paint.Rgb(150, 140, 125),
    ];
    private static readonly Scalar[] Skins =
        [Paint.Rgb(235, 200, 175), Paint.Rgb(205, 160, 125), Paint.Rgb(150, 105, 75), Paint.Rgb(95, 65, 50)];
    private static readonly Scalar[] Hairs =
    [
        Paint.Rgb(40, 30, 25), Paint.Rgb(90, 60, 35), Paint.Rgb(200, 165, 100), Paint.Rgb(150, 150, 150),
        Paint.Rgb(20, 20, 22),
    ];
    private static readonly Scalar[] Furs =
    [
        Paint.Rgb(90, 60, 35), Paint.Rgb(40, 35, 32), Paint.Rgb(215, 195, 160), Paint.Rgb(235, 232, 225),
        Paint.Rgb(150, 100, 55),
    ];

    /// <summary>Draws one by chance.</summary>
    public static Look Of(StreetKind kind, Random random)
    {
        Scalar Pick(Scalar[] colours)
        {
            return colours[random.Next(colours.Length)].Times(0.85 + (0.3 * random.NextDouble()));
        }

        var main = Pick(kind switch
        {
            StreetKind.Car => CarPaints,
            StreetKind.Bus => BusPaints,
            StreetKind.Truck => CarPaints,
            _ => Clothes,
        });
        return new Look(
            main,
            Pick(Trousers),
            Pick(kind == StreetKind.Dog ? Furs : Skins),
            Pick(Hairs),
            (float)(0.9 + (0.2 * random.NextDouble())),
            random.NextDouble());
    }
}
