namespace Heliograph.Browser.Tests;

/// <summary>Looks at a video as a person does.</summary>
internal static class MovingPicture
{
    /// <summary>
    /// Draws the video to a canvas again and again and compares it with the time before, until it has seen enough change: in the
    /// picture at large, where the sun moves, and in the white of the clock's last digit, which nothing else in the picture has.
    /// </summary>
    public const string Script = """
        async (patience) => {
          const wanted = 5, until = Date.now() + patience;
          const video = document.querySelector('video#remote');
          const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
          const context = canvas.getContext('2d', { willReadFrequently: true });
          // The blue of each pixel: the sun has little of it, white has all.
          const blues = (x, y, width, height) => context.getImageData(x, y, width, height).data.filter((_, i) => i % 4 === 2);
          const looks = {
            picture: () => blues(0, 0, 320, 180),
            clock: () => blues(260, 55, 30, 40).map((blue) => blue > 200 ? 255 : 0),
          };
          const seen = { picture: 0, clock: 0 }, before = {};
          while (seen.picture < wanted || seen.clock < wanted) {
            if (Date.now() > until) {
              throw new Error(`No moving picture: ${JSON.stringify({ seen, paused: video.paused, readyState: video.readyState,
                width: video.videoWidth, time: video.currentTime, status: document.querySelector('#status').textContent })}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
            if (video.videoWidth === 0) {
              continue;
            }
            context.drawImage(video, 0, 0, canvas.width, canvas.height);
            for (const [name, look] of Object.entries(looks)) {
              const now = look();
              // Noise of the video's compression moves a value a little; what moves in the picture moves many a lot.
              const changed = before[name]?.filter((value, i) => Math.abs(value - now[i]) > 40).length ?? 0;
              seen[name] += changed > 10 ? 1 : 0;
              before[name] = now;
            }
          }
        }
        """;
}
