namespace Heliograph.Browser.Tests;

/// <summary>Looks at a video as a person does.</summary>
internal static class MovingPicture
{
    /// <summary>
    /// Draws the video to a canvas and compares it with the time before, for each frame that arrives, until it has seen enough
    /// change: in the picture at large, and in the middle, where the clock is.
    /// </summary>
    public const string Script = """
        async (patience) => {
          const wanted = 5, until = Date.now() + patience;
          const video = document.querySelector('video#remote');
          const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
          const context = canvas.getContext('2d', { willReadFrequently: true });
          const look = (x, y, width, height) => context.getImageData(x, y, width, height).data;
          const areas = { picture: [0, 0, 320, 180], clock: [60, 60, 200, 35] };
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
            for (const [name, area] of Object.entries(areas)) {
              const now = look(...area);
              // Noise of the video's compression moves a value a little; the sun and the digits move many a lot.
              const changed = before[name]?.reduce((sum, value, i) => sum + (Math.abs(value - now[i]) > 40), 0) ?? 0;
              seen[name] += changed > 50 ? 1 : 0;
              before[name] = now;
            }
          }
        }
        """;
}
