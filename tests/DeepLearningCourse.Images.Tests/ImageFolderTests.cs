using System.Buffers.Binary;
using DeepLearningCourse.Data;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Tests.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Images.Tests;

public sealed class ImageFolderTests : TensorTest
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Folders_are_classes_in_the_order_of_their_names()
    {
        Write("dog/b.png", 4, 3, SKColors.Red);
        Write("dog/deep/a.png", 4, 3, SKColors.Lime);
        Write("cat/z.png", 4, 3, SKColors.Blue);
        File.WriteAllText(folder["dog/notes.txt"], "not an image");
        var data = new ImageFolder(folder.FullName);
        var (image, label) = data[0];

        Assert.That(data.Classes, Is.EqualTo(new[] { "cat", "dog" }));
        Assert.That(data.Paths.Select(p => Path.GetRelativePath(folder.FullName, p).Replace('\\', '/')), Is.EqualTo(new[] { "cat/z.png", "dog/b.png", "dog/deep/a.png" }));
        Assert.That(data.FeatureShape, Is.EqualTo(new long[] { 3, 3, 4 }), "channels, height, width");
        Assert.That(image.mean([1L, 2]).data<float>().ToArray(), Is.EqualTo(new float[] { 0, 0, 1 }), "blue");
        Assert.That((label.item<long>(), data[2].target.item<long>()), Is.EqualTo((0L, 1L)));
        Assert.That(data[1].features.mean([1L, 2]).data<float>().ToArray(), Is.EqualTo(new float[] { 1, 0, 0 }));
        Assert.That(() => data[3],
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("There is no sample 3: there are 3 images, numbered from 0 to 2. (Parameter 'index')"));
    }

    [Test]
    public void Augmented_batches_are_the_same_bits_whatever_the_workers()
    {
        for (var i = 0; i < 12; i++)
        {
            Noise($"{(i % 2 == 0 ? "even" : "odd")}/{i}.png", 40 + i, 30 + (2 * i), i);
        }

        ImageTransform[] transforms =
        [
            new RandomResizedCrop(24, 20), new RandomHorizontalFlip(), new RandomVerticalFlip(), new RandomRotation(30),
            new ColorJitter(0.4, 0.4, 0.4, 0.1), Normalize.ImageNet,
        ];
        string Hash(int workers)
        {
            using var loader = new DataLoader<(Tensor, Tensor)>(new ImageFolder(folder.FullName, transforms), batchSize: 5, shuffle: true, numWorkers: workers, seed: 3);
            return BatchHash.Of(loader, epochs: 2);
        }

        var expected = Hash(0);
        Assert.That(new[] { 1, 2, 4 }.Select(Hash), Is.All.EqualTo(expected));

        var one = new ImageFolder(folder.FullName, transforms);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(one, batchSize: 12, seed: 3);
        var first = BatchHash.Of(loader.Select(b => b.features));
        Assert.That(BatchHash.Of(loader.Select(b => b.features)), Is.Not.EqualTo(first), "another epoch, other pictures");
    }

    [Test]
    public void Images_of_one_channel_hold_brightness()
    {
        Write("a/1.png", 2, 2, new SKColor(255, 0, 0));
        var data = new ImageFolder(folder.FullName, channels: 1);

        Assert.That(data[0].features.shape, Is.EqualTo(new long[] { 1, 2, 2 }));
        Assert.That(data[0].features.max().item<float>(), Is.EqualTo(0.299).Within(1e-5));
        Assert.That(() => new ImageFolder(folder.FullName, channels: 2),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("channels is 2: use 3 for colours, or 1 for brightness only. (Parameter 'channels')"));
        Assert.That(() => new ImageFolder(folder.FullName, [Normalize.ImageNet], channels: 1), Throws.ArgumentException.With.Message.EqualTo(
            "Normalize has 3 means and the images have 1 channels: give it one for each."));
    }

    [Test]
    public void Images_of_different_sizes_are_named()
    {
        Write("a/1.png", 4, 3, SKColors.Red);
        Write("a/2.png", 5, 3, SKColors.Red);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(new ImageFolder(folder.FullName), batchSize: 2);

        var exception = Assert.Throws<DataLoaderException>(() => loader.ToList());
        Assert.That(exception.SampleIndex, Is.EqualTo(1));
        Assert.That(exception.InnerException!.Message, Does.EndWith(
            "2.png comes out at 3×5 and the first image at 3×4: a batch needs one size. Add a transform that gives one, such as Resize(224, 224) or CenterCrop(224, 224)."));
    }

    [Test]
    public void Folders_that_are_not_laid_out_are_explained()
    {
        Assert.That(() => new ImageFolder(folder["none"]),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.StartsWith($"There is no folder {folder["none"]}. "));
        Assert.That(() => new ImageFolder(folder.FullName), Throws.TypeOf<InvalidDataException>().With.Message.Contain("It needs one for each class"));
        Directory.CreateDirectory(folder["empty"]);
        Assert.That(() => new ImageFolder(folder.FullName), Throws.TypeOf<InvalidDataException>().With.Message.Contain("has no images"));
    }

    [Test]
    public void Files_that_are_no_whole_images_are_named()
    {
        Noise("a/1.png", 40, 30, 1);
        var path = folder["a/1.png"];
        var whole = File.ReadAllBytes(path);

        foreach (var length in new[] { 0, 5, 30, whole.Length / 2 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(() => ImageFile.Read(path), Throws.TypeOf<InvalidDataException>().With.Message.StartWith(path), $"{length} bytes");
        }

        Assert.That(() => ImageFile.Read(folder["nowhere.png"]),
            Throws.TypeOf<FileNotFoundException>().With.Message.StartsWith($"There is no image {folder["nowhere.png"]}. "));
    }

    [Test]
    public void A_small_file_that_claims_to_be_huge_is_refused_before_it_is_decoded()
    {
        Noise("a/1.png", 8, 8, 1);
        var png = File.ReadAllBytes(folder["a/1.png"]);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));
        File.WriteAllBytes(folder["a/1.png"], png);

        Assert.That(() => ImageFile.Read(folder["a/1.png"]), Throws.TypeOf<InvalidDataException>().With.Message.EndsWith(
            "says that it is 60000×60000 pixels, and 100000000 in all are allowed. If it is a real image, raise maxPixels."));
        Noise("a/2.png", 8, 8, 1);
        Assert.That(() => ImageFile.Read(folder["a/2.png"], maxPixels: 63),
            Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("2.png says that it is 8×8 pixels, and 63 in all are allowed. If it is a real image, raise maxPixels."));
    }

    [Test]
    public void What_is_written_is_read_again()
    {
        var image = randint(256, [3, 5, 7]).to(float32) / 255;
        ImageFile.Write(folder["x.png"], image);
        ImageFile.Write(folder["gray.png"], image[..1]);

        Assert.That(ImageFile.Read(folder["x.png"]).allclose(image, 1e-5, 1e-6), Is.True);
        Assert.That(ImageFile.Read(folder["gray.png"])[2].allclose(image[0], 1e-5, 1e-6), Is.True);
        Assert.That(() => ImageFile.Write(folder["x.png"], zeros(2, 3)),
            Throws.ArgumentException.With.Message.EqualTo("image is [2, 3] and must be [3, height, width] or [1, height, width]. (Parameter 'image')"));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(8)]
    public void A_photograph_stands_as_the_camera_was_held(int orientation)
    {
        // The upright image: its top left corner is bright, and it is wider than high. The file holds it as the camera had it.
        var upright = zeros(24, 40);
        upright.narrow(0, 0, 8).narrow(1, 0, 8).fill_(1);
        var stored = orientation switch
        {
            2 => upright.flip(1),
            3 => upright.flip(0, 1),
            4 => upright.flip(0),
            5 => upright.t(),
            6 => upright.t().flip(0),
            7 => upright.t().flip(0, 1),
            8 => upright.t().flip(1),
            _ => upright,
        };
        File.WriteAllBytes(folder["photo.jpg"], WithOrientation(Jpeg(stored), (byte)orientation));
        var read = ImageFile.Read(folder["photo.jpg"], channels: 1)[0];

        Assert.That(read.shape, Is.EqualTo(new long[] { 24, 40 }));
        Assert.That(read.narrow(0, 0, 8).narrow(1, 0, 8).mean().item<float>(), Is.GreaterThan(0.9));
        Assert.That(read.narrow(0, 12, 12).mean().item<float>(), Is.LessThan(0.05));
    }

    [Test]
    public void Damaged_files_are_refused_or_read() => Fuzz(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_are_refused_or_read() =>
        AttackRecords.Add("Data files", "10,000 images (PNG, JPEG, WebP, BMP, GIF), changed, cut and repeated at random", Mutations.Outcome(Fuzz(10_000)));

    [Test]
    public void A_turned_bit_of_a_png_is_noticed_or_changes_nothing() => Flip(step: 37);

    [Test, Category("Long"), Attack]
    public void Bits_turned_all_over_a_png_are_noticed_or_change_nothing() => AttackRecords.Add(
        "Files with sums", "each third bit of a PNG turned", Mutations.Outcome(Flip(step: 3), "read as they were written, none as anything else"));

    private (int Refused, int Read) Flip(int step)
    {
        Noise("a/1.png", 24, 18, 1);
        return Mutations.Flip(
            File.ReadAllBytes(folder["a/1.png"]), ".png",
            path =>
            {
                using var image = ImageFile.Read(path);
                return $"{image.shape[1]} {image.shape[2]} {BatchHash.Of([image])}";
            },
            exception => exception is InvalidDataException,
            step);
    }

    private (int Refused, int Read) Fuzz(int count)
    {
        Noise("a/1.png", 24, 18, 1);
        using var bitmap = SKBitmap.Decode(folder["a/1.png"]);
        byte[] As(SKEncodedImageFormat format)
        {
            using var data = bitmap.Encode(format, 80);
            return data.ToArray();
        }

        return Mutations.Read(
            count, [File.ReadAllBytes(folder["a/1.png"]), As(SKEncodedImageFormat.Jpeg), As(SKEncodedImageFormat.Webp), Bmp(bitmap), Gif()], ".image",
            path => ImageFile.Read(path, [new Resize(8, 8)], maxPixels: 1_000_000).Dispose(), exception => exception is InvalidDataException, allocationFactor: 1000);
    }

    /// <summary>The sum at the end of each part of a PNG (ISO 15948, annex D).</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;

        foreach (var value in bytes)
        {
            sum ^= value;

            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? 0xEDB88320 ^ (sum >> 1) : sum >> 1;
            }
        }

        return ~sum;
    }

    private static byte[] Gif() => Convert.FromBase64String("R0lGODlhAgACAIAAAP8AAAAA/yH5BAAAAAAALAAAAAACAAIAAAIDRAJZADs=");

    private static byte[] Bmp(SKBitmap bitmap)
    {
        var rowLength = ((bitmap.Width * 3) + 3) / 4 * 4;
        var bytes = new byte[54 + (rowLength * bitmap.Height)];
        "BM"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), bitmap.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), bitmap.Height);
        bytes[26] = 1;
        bytes[28] = 24;
        return bytes;
    }

    private static byte[] Jpeg(Tensor gray)
    {
        using var bitmap = new SKBitmap((int)gray.shape[1], (int)gray.shape[0]);

        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                bitmap.SetPixel(x, y, gray[y, x].item<float>() > 0 ? SKColors.White : SKColors.Black);
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        return data.ToArray();
    }

    /// <summary>Puts an EXIF segment with nothing but the orientation behind the start of a JPEG.</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0, .. jpeg[2..],
    ];

    private void Write(string name, int width, int height, SKColor color)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        Save(name, bitmap);
    }

    private void Noise(string name, int width, int height, int seed)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(width, height);

        for (var i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(i % width, i / width, new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        }

        Save(name, bitmap);
    }

    private void Save(string name, SKBitmap bitmap)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(folder[name], data.ToArray());
    }
}
