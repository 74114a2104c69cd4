using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>Bitmaps, and their way from files and into numbers.</summary>
internal static class Bitmaps
{
    /// <summary>Decodes a file, upright.</summary>
    /// <exception cref="InvalidDataException">It is no whole image, or one larger than allowed.</exception>
    public static SKBitmap Decode(string path, long maxPixels)
    {
        using var codec = Open(path, maxPixels);
        var bitmap = New(codec.Info.Width, codec.Info.Height);

        try
        {
            var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());

            return result == SKCodecResult.Success
                ? Upright(bitmap, codec.EncodedOrigin)
                : throw new InvalidDataException($"{path} cannot be decoded ({result}). Was it cut short?");
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    /// <summary>The size of an image when it stands upright, without decoding it.</summary>
    public static ImageSize SizeOf(string path, long maxPixels)
    {
        using var codec = Open(path, maxPixels);
        return Turned(codec.EncodedOrigin) ? new(codec.Info.Width, codec.Info.Height) : new(codec.Info.Height, codec.Info.Width);
    }

    public static SKBitmap New(int width, int height) => new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));

    /// <summary>Draws another bitmap of a given size with the first one as its only picture, which is disposed.</summary>
    public static SKBitmap Redrawn(SKBitmap bitmap, int width, int height, Action<SKCanvas> place, SKSamplingOptions sampling = default)
    {
        using var old = bitmap;
        var target = New(width, height);

        try
        {
            // Skia draws on premultiplied pixels only; without transparency the two are the same.
            using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), target.GetPixels(), target.RowBytes);
            using var paint = new SKPaint { BlendMode = SKBlendMode.SrcOver };
            using var opaque = new SKPixmap(new SKImageInfo(old.Width, old.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), old.GetPixels(), old.RowBytes);
            using var image = SKImage.FromPixels(opaque);
            surface.Canvas.Clear(SKColors.Black);
            place(surface.Canvas);
            surface.Canvas.DrawImage(image, 0, 0, sampling, paint);
            surface.Canvas.Flush();
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Cuts a rectangle out, pixel for pixel; what lies outside the bitmap is black. The bitmap is disposed.</summary>
    public static SKBitmap Cropped(SKBitmap bitmap, int left, int top, int width, int height) =>
        Redrawn(bitmap, width, height, canvas => canvas.Translate(-left, -top));

    /// <summary>Scales to a size. The bitmap is disposed.</summary>
    public static SKBitmap Resized(SKBitmap bitmap, int width, int height)
    {
        if (bitmap.Width == width && bitmap.Height == height)
        {
            return bitmap;
        }

        using var old = bitmap;
        var target = New(width, height);

        try
        {
            // Bilinear, with smaller copies to begin from when it is made much smaller.
            return old.ScalePixels(target, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Nearest)) ? target : throw new InvalidOperationException($"The image cannot be scaled to {height}×{width}.");
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Writes the pixels as numbers from 0 to 1: three channels, or one of brightness.</summary>
    public static void Write(SKBitmap bitmap, Planes planes)
    {
        var pixels = bitmap.GetPixelSpan();

        if (planes.Channels == 1)
        {
            for (var i = 0; i < planes.Length; i++)
            {
                planes.Values[i] = ((0.299f * pixels[4 * i]) + (0.587f * pixels[(4 * i) + 1]) + (0.114f * pixels[(4 * i) + 2])) * (1 / 255f);
            }

            return;
        }

        var red = planes.Channel(0);
        var green = planes.Channel(1);
        var blue = planes.Channel(2);

        for (var i = 0; i < red.Length; i++)
        {
            red[i] = pixels[4 * i] * (1 / 255f);
            green[i] = pixels[(4 * i) + 1] * (1 / 255f);
            blue[i] = pixels[(4 * i) + 2] * (1 / 255f);
        }
    }

    private static SKCodec Open(string path, long maxPixels)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no image {path}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}.", path);
        }

        var codec = SKCodec.Create(path) ?? throw new InvalidDataException(
            $"{path} is not an image that can be read: PNG, JPEG, BMP, GIF or WEBP. Is it whole?");
        var (width, height) = (codec.Info.Width, codec.Info.Height);

        if (width > 0 && height > 0 && (long)width * height <= maxPixels)
        {
            return codec;
        }

        codec.Dispose();
        throw new InvalidDataException(
            $"{path} says that it is {height}×{width} pixels, and {maxPixels} in all are allowed. If it is a real image, raise maxPixels.");
    }

    private static bool Turned(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Cameras note how they were held.</summary>
    private static SKBitmap Upright(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return bitmap;
        }

        var (w, h) = (bitmap.Width, bitmap.Height);
        var matrix = origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, h, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, h, -1, 0, w, 0, 0, 1),
            _ => new SKMatrix(0, 1, 0, -1, 0, w, 0, 0, 1),
        };
        return Redrawn(bitmap, Turned(origin) ? h : w, Turned(origin) ? w : h, canvas => canvas.SetMatrix(matrix));
    }
}
