namespace Streaming.Config.Zoo;

/// <summary>A class that the model knows.</summary>
/// <param name="Id">The number that outputs use; COCO's numbers run from 1 to 90 with gaps.</param>
/// <param name="Name">For example "person".</param>
public sealed record Category(int Id, string Name);

/// <summary>The 80 classes of COCO in the order in which detectron2's models number them.</summary>
internal static class CocoClasses
{
    private const string Names =
        "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,,stop sign,parking meter,bench," +
        "bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,,backpack,umbrella,,,handbag,tie,suitcase,frisbee,skis," +
        "snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,,wine glass,cup,fork," +
        "knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,," +
        "dining table,,,toilet,,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,,book," +
        "clock,vase,scissors,teddy bear,hair drier,toothbrush";

    /// <summary>Index = the model's class; the ids are COCO's own (the empty names above are COCO's gaps).</summary>
    public static IReadOnlyList<Category> All { get; } =
        [.. Names.Split(',').Select((name, index) => new Category(index + 1, name)).Where(category => category.Name.Length > 0)];
}
